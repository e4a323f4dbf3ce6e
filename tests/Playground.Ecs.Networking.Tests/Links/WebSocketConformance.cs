using Playground.Ecs.Networking.Testing.Links;

namespace Playground.Ecs.Networking.Tests.Links;

/// <summary>What every transport that speaks RFC 6455 on the wire has to do besides.</summary>
public abstract class WebSocketConformance : TransportConformance
{
    protected abstract RawWebSocket ConnectRaw(string? subprotocol = "playground.v1");

    protected override ILinkClient Connect() => new RawLinkClient(ConnectRaw());

    [TestCase(null, null)]
    [TestCase("playground.v1", "playground.v1")]
    [TestCase("other, playground.v1", "playground.v1")]
    public void The_subprotocol_is_agreed_on(string? offered, string? agreed)
    {
        using var client = ConnectRaw(offered);
        var server = Loop.AcceptOne();
        Assert.That(server.Link.Upgrade.Subprotocol, Is.EqualTo(agreed));
        Assert.That(client.Head.Contains("Sec-WebSocket-Protocol", StringComparison.OrdinalIgnoreCase), Is.EqualTo(agreed is not null));
        Assert.That(client.Head, Does.Contain(RawWebSocket.Accept));
    }

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(17)]
    [TestCase(64)]
    public void Fragments_make_one_message(int count)
    {
        var (client, server) = ConnectPair();
        var raw = ((RawLinkClient)client).Socket;
        var parts = Enumerable.Range(0, count).Select(i => Message(new Random(i), i * 30 % 1_000)).ToList();
        for (var i = 0; i < count; i++)
        {
            raw.SendFrame(i == 0 ? RawFrame.Binary : RawFrame.Continuation, parts[i], final: i == count - 1);
        }

        client.Send([1]);
        Loop.Until(() => server.Messages.Count == 2);
        Assert.That(server.Messages[0], Is.EqualTo(parts.SelectMany(part => part).ToArray()));
    }

    [Test]
    public void Pings_are_answered_with_their_payload_also_between_fragments()
    {
        var (client, server) = ConnectPair();
        var raw = (RawLinkClient)client;
        raw.Socket.SendFrame(RawFrame.Binary, [1, 2], final: false);
        raw.Socket.SendFrame(RawFrame.Ping, "hello"u8);
        raw.Socket.SendFrame(RawFrame.Continuation, [3]);
        raw.Socket.SendFrame(RawFrame.Ping, []);
        raw.Socket.SendFrame(RawFrame.Pong, "unasked"u8);
        Loop.Until(() =>
        {
            _ = client.HasEnded;
            return raw.Pongs.Count == 2 && server.Messages.Count == 1;
        });
        Assert.That(raw.Pongs[0], Is.EqualTo("hello"u8.ToArray()));
        Assert.That(raw.Pongs[1], Is.Empty);
        Assert.That(server.Messages[0], Is.EqualTo(new byte[] { 1, 2, 3 }));
        Loop.Until(() => server.Link.ControlFramesReceived == 3);
    }

    [Test]
    public void A_close_without_a_code_is_1005_and_answered_alike()
    {
        var (client, server) = ConnectPair();
        ((RawLinkClient)client).Socket.SendFrame(RawFrame.Close, []);
        Loop.Until(() => client.HasEnded);
        Assert.That(server.Link.End!.Code, Is.EqualTo(1005));
        Assert.That(client.ServerClose!.Value.Code, Is.EqualTo(1005));
    }
}
