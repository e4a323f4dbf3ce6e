using Playground.Ecs.Networking.LoadPeer;
using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.LoadTest.Compare.Clients;

/// <summary>A session of the NetworkingSystem: Hello, the channel's number, a subscription; pings are answered.</summary>
internal sealed class OursConnection(ClientTraffic traffic) : ClientConnection(traffic)
{
    private readonly PeerSetup _setup = new(new LoadPeerOptions
    {
        Hello = true,
        Channel = Servers.OursServer.ChannelName,
        Mode = traffic.Shape.ServerSends ? LoadMode.Read : LoadMode.Send,
    });

    protected override bool IsGreeted => _setup.IsDone;

    protected override void OnUpgraded() => Advance();

    protected override void OnMessage(ReadOnlySpan<byte> payload)
    {
        if (payload.Length == Traffic.PayloadBytes) Traffic.CountIn(payload);
        else OnMixed(payload);
    }

    /// <summary>With control packets among the others, or control packets alone.</summary>
    private void OnMixed(ReadOnlySpan<byte> payload)
    {
        var reader = new PacketReader(payload);
        while (reader.TryRead(out var header, out _))
        {
            if (header.Channel == ChannelId.Control) OnControl((ControlType)header.Type, reader.Payload);
        }

        if (IsReady && payload.Length > Traffic.PayloadBytes) Traffic.CountOnly(payload.Length / Traffic.PayloadBytes);
    }

    private void OnControl(ControlType type, ReadOnlySpan<byte> payload)
    {
        if (type == ControlType.Ping && Ping.TryRead(payload.ToArray(), out var ping)) Send(ClientFrames.Build(new Pong(ping.Stamp)));
        else if (_setup.OnControl(type, payload)) Advance();
    }

    private void Advance()
    {
        if (_setup.NextRequest() is { } request) Send(request);
        else Traffic.SetMessage(Traffic.Shape.Batch(_setup.Channel), TrafficShape.StampAt);
    }
}
