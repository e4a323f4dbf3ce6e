using System.Diagnostics;
using System.Text;
using Playground.Ecs.Networking.Channels;
using Playground.Ecs.Networking.Testing.Frames;

namespace Playground.Ecs.Networking.Tests.Faults;

/// <summary>A frame that a plugin's handler holds up, from <see cref="BeginAsync"/> to <see cref="End"/>.</summary>
internal sealed class BlockedFrame : IDisposable
{
    /// <summary>The name of the plugin that does it.</summary>
    public const string Plugin = "heavy";

    private readonly FaultServer _server;
    private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private BlockedFrame(FaultServer server) => (_server, Peer) = (server, server.Connect());

    /// <summary>Who sent the packet that the handler stands at.</summary>
    public Attacker Peer { get; }

    /// <summary>Returns in the middle of the frame.</summary>
    public static async Task<BlockedFrame> BeginAsync(FaultServer server)
    {
        var frame = new BlockedFrame(server);
        var options = new PluginOptions { Handler = (_, in _) => frame.Stand() };
        var heavy = (await server.DoAsync(() => server.System.RegisterPlugin(Plugin, options))).Unwrap();
        frame.Peer.Send(TestPeer.Packet(heavy.Id, 1, []));
        await frame._begun.Task.WaitAsync(FaultServer.Patience);
        return frame;
    }

    /// <summary>Reads until a peer has the pongs of so many pings, while the frame stands; these and no others.</summary>
    public void ExpectPongs(Attacker peer, params string[] payloads)
    {
        Assert.That(_over.Task.IsCompleted, Is.False);
        SpinWait.SpinUntil(
            () =>
            {
                peer.Pump();
                return peer.Pongs.Count >= payloads.Length;
            },
            FaultServer.Patience);
        Assert.That(peer.Pongs.Select(static pong => Encoding.ASCII.GetString(pong.Payload)), Is.EqualTo(payloads));
    }

    public void End() => _over.TrySetResult();

    public void Dispose() => End();

    private void Stand()
    {
        var begun = Stopwatch.GetTimestamp();
        _begun.TrySetResult();
        _over.Task.Wait(FaultServer.Patience);
        SpinWait.SpinUntil(() => Stopwatch.GetElapsedTime(begun) > _server.Options.HandlerBudget);
    }
}
