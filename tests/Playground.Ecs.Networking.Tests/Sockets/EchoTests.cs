using System.Net.WebSockets;
using System.Text;
using Playground.Ecs.Networking.Kestrel;
using Playground.Ecs.Networking.Links;
using Playground.Ecs.Networking.Sockets;
using Playground.Ecs.Networking.Testing.Links;

namespace Playground.Ecs.Networking.Tests.Sockets;

/// <summary>The echo path: the framing code with text, fragments and large messages.</summary>
[TestFixture(typeof(SocketTransport))]
[TestFixture(typeof(KestrelTransport))]
public sealed class EchoTests<T> : SocketFixture
    where T : ITransport, new()
{
    protected override NetworkingOptions Options => new() { EchoPath = "/echo" };

    protected override ITransport CreateTransport() => new T();

    [TestCase("hello")]
    [TestCase("")]
    [TestCase("κόσμε 🎮")]
    public void Text_comes_back_as_text(string text)
    {
        using var client = Connect();
        client.SendFrame(RawFrame.Text, Encoding.UTF8.GetBytes(text));
        var frame = Next(client);
        Assert.That(frame.First, Is.EqualTo(0x81));
        Assert.That(Encoding.UTF8.GetString(frame.Payload), Is.EqualTo(text));
    }

    [Test]
    public void Text_may_be_cut_inside_characters_and_between_them()
    {
        using var client = Connect();
        var bytes = Encoding.UTF8.GetBytes("aé€🎮z🎮");
        for (var i = 0; i < bytes.Length; i++)
        {
            client.SendFrame(i == 0 ? RawFrame.Text : RawFrame.Continuation, bytes.AsSpan(i, 1), final: i == bytes.Length - 1);
        }

        Assert.That(Next(client).Payload, Is.EqualTo(bytes));
    }

    [TestCase(new byte[] { 0xC3, 0x28 }, true)]
    [TestCase(new byte[] { 0xED, 0xA0, 0x80 }, false)]
    [TestCase(new byte[] { 0xF4, 0x90 }, false)]
    [TestCase(new byte[] { (byte)'a', 0xC0, 0xAF }, false)]
    [TestCase(new byte[] { 0xE2, 0x82 }, true)]
    public void Bad_text_is_refused_with_the_fragment_that_brings_it(byte[] bytes, bool final)
    {
        using var client = Connect();
        client.SendFrame(RawFrame.Text, bytes, final);
        Assert.That(Next(client).CloseCode, Is.EqualTo(1007));
        client.ReadToEnd();
        Assert.That(client.WasReset, Is.False);
    }

    [TestCase(16 * 1024 * 1024)]
    [TestCase(65_537)]
    public async Task A_large_binary_message_comes_back_in_one_frame_or_in_fragments(int length)
    {
        using var client = new ClientWebSocket();
        client.Options.KeepAliveInterval = TimeSpan.Zero;
        await client.ConnectAsync(new Uri($"ws://{Loop.EndPoint}/echo"), CancellationToken.None);
        var message = new byte[length];
        new Random(4).NextBytes(message);
        for (var fragments = 1; fragments <= 16; fragments *= 16)
        {
            var sending = SendAsync(client, message, fragments);
            var received = new byte[length];
            Assert.That(await ReceiveAsync(client, received), Is.EqualTo(length));
            await sending;
            Assert.That(received.AsSpan().SequenceEqual(message), Is.True);
        }

        await client.CloseAsync(WebSocketCloseStatus.NormalClosure, "done", CancellationToken.None);
        Assert.That(client.CloseStatus, Is.EqualTo(WebSocketCloseStatus.NormalClosure));
    }

    [Test]
    public void A_message_above_the_limit_is_refused_by_its_header()
    {
        using var client = Connect();
        client.SendBytes(RawFrame.Header(0x82, (16 * 1024 * 1024) + 1, 1, 8));
        Assert.That(Next(client).CloseCode, Is.EqualTo(1009));
    }

    [Test]
    public void Ten_pings_get_ten_pongs_in_order()
    {
        using var client = Connect();
        for (var i = 0; i < 10; i++)
        {
            client.SendFrame(RawFrame.Ping, [(byte)i]);
        }

        for (var i = 0; i < 10; i++)
        {
            var pong = Next(client);
            Assert.That((pong.Opcode, pong.Payload[0]), Is.EqualTo((RawFrame.Pong, (byte)i)));
        }
    }

    [Test]
    public void Echo_connections_are_no_links()
    {
        using var client = Connect();
        Assert.That(Loop.Transport.LinkCount, Is.Zero);
    }

    private RawWebSocket Connect() => RawWebSocket.Connect(Loop.EndPoint, "/echo", subprotocol: null);

    private static RawFrame Next(RawWebSocket client)
    {
        RawFrame frame;
        while (!client.TryReadFrame(out frame))
        {
            Assert.That(client.HasEnded, Is.False);
            client.Socket.Poll(10_000_000, System.Net.Sockets.SelectMode.SelectRead);
        }

        return frame;
    }

    private static async Task SendAsync(ClientWebSocket client, byte[] message, int fragments)
    {
        var size = message.Length / fragments;
        for (var i = 0; i < fragments; i++)
        {
            var last = i == fragments - 1;
            var part = message.AsMemory(i * size, last ? message.Length - (i * size) : size);
            await client.SendAsync(part, WebSocketMessageType.Binary, last, CancellationToken.None);
        }
    }

    private static async Task<int> ReceiveAsync(ClientWebSocket client, byte[] destination)
    {
        var length = 0;
        ValueWebSocketReceiveResult result;
        do
        {
            result = await client.ReceiveAsync(destination.AsMemory(length), CancellationToken.None);
            length += result.Count;
        }
        while (!result.EndOfMessage);
        return length;
    }
}
