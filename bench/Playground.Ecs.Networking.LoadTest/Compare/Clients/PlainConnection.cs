using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.LoadTest.Compare.Clients;

/// <summary>Messages of a WebSocket server that knows nothing but messages.</summary>
internal sealed class PlainConnection(ClientTraffic traffic) : ClientConnection(traffic)
{
    private static readonly ChannelId Channel = new(1000);

    protected override bool IsGreeted => true;

    protected override void OnUpgraded() => Traffic.SetMessage(Traffic.Shape.Batch(Channel), TrafficShape.StampAt);

    protected override void OnMessage(ReadOnlySpan<byte> payload) => Traffic.CountIn(payload);
}
