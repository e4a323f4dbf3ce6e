using Playground.Ecs.Networking;
using Playground.Ecs.Networking.Channels;

namespace Playground.House.Tests.Readme;

/// <summary>A server on a free port for the snippets of the client: a channel that echoes, and one that answers type 1 with type 2.</summary>
internal sealed class OracleServer : IAsyncDisposable
{
    private readonly NetworkingSystem _networking;

    private OracleServer(NetworkingSystem networking)
    {
        _networking = networking;
        Uri = new Uri($"ws://127.0.0.1:{networking.LocalEndPoint!.Port}/ws");
    }

    public Uri Uri { get; }

    public static async Task<OracleServer> StartAsync()
    {
        var networking = new NetworkingSystem(new NetworkingOptions { Port = 0 });
        (await networking.InitializeAsync()).Unwrap();
        (await networking.RegisterPluginAsync("echo", new PluginOptions { Handler = Echo, RequestHandler = static (request, _) => new(request.Body) })).Unwrap();
        (await networking.RegisterPluginAsync("oracle", new PluginOptions { Handler = Answer, RequestHandler = static (request, _) => new(request.Body) })).Unwrap();
        return new OracleServer(networking);
    }

    public ValueTask DisposeAsync() => _networking.DisposeAsync();

    private static void Echo(Channel channel, in ReceivedPacket packet) =>
        channel.SendReliableTo(packet.Sender, packet.PacketType, packet.Data.Span, packet.Priority);

    private static void Answer(Channel channel, in ReceivedPacket packet) =>
        channel.SendReliableTo(packet.Sender, (ushort)(packet.PacketType + 1), packet.Data.Span, packet.Priority);
}
