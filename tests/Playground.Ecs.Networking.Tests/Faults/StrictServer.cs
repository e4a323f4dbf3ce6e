using Playground.Ecs.Networking.Testing.Links;
using Playground.Ecs.Networking.Tests.Frame;

namespace Playground.Ecs.Networking.Tests.Faults;

/// <summary>A server beside the one with the bystander, whose options would keep that out.</summary>
internal sealed class StrictServer : IAsyncDisposable
{
    private readonly NetworkingSystem _system;

    private StrictServer(NetworkingSystem system) => (_system, Meter) = (system, new MeterReading(system));

    public MeterReading Meter { get; }

    public static async Task<StrictServer> StartAsync(NetworkingOptions options)
    {
        var system = new NetworkingSystem(options);
        (await system.InitializeAsync()).Unwrap();
        return new StrictServer(system);
    }

    /// <summary>What a request is answered, until the server ends or, where it is not to be waited for, its head.</summary>
    public string AnswerOf(string request, bool wholeAnswer = true)
    {
        using var socket = RawWebSocket.Open(_system.LocalEndPoint!);
        socket.SendText(request);
        return wholeAnswer ? socket.ReadToEnd() : socket.ReadHead();
    }

    public async ValueTask DisposeAsync()
    {
        Meter.Dispose();
        await _system.DisposeAsync();
    }
}
