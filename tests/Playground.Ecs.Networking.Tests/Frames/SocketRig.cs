using System.Net.WebSockets;
using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Testing.Frames;

namespace Playground.Ecs.Networking.Tests.Frames;

/// <summary>A system on real sockets whose frames the test runs, and a client of the platform's own.</summary>
internal sealed class SocketRig : IAsyncDisposable
{
    private readonly World _world = World.Create();

    private SocketRig() => System = new NetworkingSystem(_world, new NetworkingOptions { Port = 0 });

    public NetworkingSystem System { get; }

    public ClientWebSocket Client { get; } = new();

    /// <summary>Starts the system and connects the client.</summary>
    public static async Task<SocketRig> StartAsync()
    {
        var rig = new SocketRig();
        (await rig.System.InitializeAsync()).Unwrap();
        var address = new Uri($"ws://localhost:{rig.System.LocalEndPoint!.Port}/ws");
        await rig.StepUntilAsync(rig.Client.ConnectAsync(address, CancellationToken.None));
        return rig;
    }

    public void RunFrame(Action? update = null)
    {
        System.BeforeUpdate(0);
        System.Update(0);
        update?.Invoke();
        System.AfterUpdate(0);
    }

    /// <summary>Runs frames until the task is done.</summary>
    public async Task StepUntilAsync(Task task)
    {
        while (!task.IsCompleted)
        {
            RunFrame();
            await Task.Yield();
        }

        await task;
        RunFrame();
    }

    public async Task SendAsync(byte[] message) => await Client.SendAsync(message, WebSocketMessageType.Binary, true, CancellationToken.None);

    /// <summary>Runs frames until a whole message is there.</summary>
    public async Task<List<PeerPacket>> ReceiveAsync()
    {
        var receiving = ReceiveMessageAsync(Client);
        await StepUntilAsync(receiving);
        return await receiving;
    }

    /// <summary>Receives one WebSocket message and reads its packets.</summary>
    public static async Task<List<PeerPacket>> ReceiveMessageAsync(ClientWebSocket socket)
    {
        var buffer = new byte[ProtocolLimits.MaxMessageBytes];
        var length = 0;
        ValueWebSocketReceiveResult result;
        do
        {
            result = await socket.ReceiveAsync(buffer.AsMemory(length), CancellationToken.None);
            length += result.Count;
        }
        while (!result.EndOfMessage);
        return PeerPacket.ReadAll(buffer.AsSpan(0, length));
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await System.DisposeAsync();
        World.Destroy(_world);
    }
}
