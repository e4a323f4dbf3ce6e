using System.Text;
using Fleck;
using Playground.Ecs.Networking.Links;
using Playground.Ecs.Networking.Testing.Links;

namespace Playground.Ecs.Networking.Fleck.Tests;

/// <summary>
/// What Fleck's request parser gets to see. Alone it takes 2^n steps for n lines that are not followed by the empty one: with 60 of
/// them these tests would not end.
/// </summary>
[TestFixture]
public sealed class RequestTests : FleckFixture
{
    private const int Lines = 60;

    private static string ManyLines => string.Concat(Enumerable.Range(0, Lines).Select(i => $"N{i}: v\r\n"));

    [Test]
    public void A_request_of_many_lines_in_pieces_is_answered()
    {
        var client = Open();
        foreach (var piece in RawWebSocket.Upgrade(more: ManyLines).Chunk(50))
        {
            client.SendText(new string(piece));
        }

        client.ReadUpgrade();
        Assert.That(Loop.AcceptOne().Link.Upgrade.Headers, Has.Count.GreaterThan(Lines), "the loop sees them all");
    }

    [Test]
    public void Two_hundred_bytes_without_an_end_cost_nobody_anything()
    {
        var hostile = Open();
        hostile.SendText($"GET /ws HTTP/1.1\r\n{string.Concat(Enumerable.Repeat("A: b\r\n", 30))}");
        for (var i = 0; i < 20; i++)
        {
            var (client, server) = ConnectPair();
            client.SendFrame(RawFrame.Binary, [1]);
            Loop.Until(() => server.Messages.Count == 1);
        }

        Assert.That(Loop.Transport.LinkCount, Is.EqualTo(20));
    }

    [Test]
    public void Fleck_parses_what_it_is_given()
    {
        var request = RequestParser.Parse(Head(("Host", "h"), ("Origin", "https://o.example"), ("Sec-WebSocket-Protocol", "other, playground.v1")));
        Assert.That(request.Method, Is.EqualTo("GET"));
        Assert.That(request["Host"], Is.EqualTo("h"));
        Assert.That(request["Origin"], Is.EqualTo("https://o.example"));
        Assert.That(request.SubProtocols, Is.EqualTo(new[] { "other", "playground.v1" }));
    }

    [Test]
    public void Cookies_other_lines_and_empty_values_do_not_reach_it()
    {
        var text = Encoding.Latin1.GetString(Head(("Host", ""), ("Cookie", new string('=', 40)), ("X-Other", "y")));
        Assert.That(text, Is.EqualTo("GET /ws HTTP/1.1\r\nConnection:Upgrade\r\nUpgrade:websocket\r\n\r\n"));
    }

    [Test]
    public void It_needs_linear_time_for_the_longest_head_it_can_get_and_for_every_part_of_it()
    {
        var spaces = string.Concat(Enumerable.Repeat("a ", 3_500));
        var head = Head(("Host", "h"), ("Origin", spaces + "z"), ("Sec-WebSocket-Protocol", "a, b"));
        Assert.That(RequestParser.Parse(head)["Origin"], Has.Length.EqualTo(7_001));
        for (var length = 0; length < head.Length; length += 97)
        {
            Assert.That(RequestParser.Parse(head[..length]), Is.Null);
        }
    }

    [Test]
    public void A_head_above_the_buffer_of_Fleck_is_answered()
    {
        var client = Open();
        client.SendText(RawWebSocket.Upgrade(more: $"X-Long: {new string('o', 6_000)}\r\n"));
        client.ReadUpgrade();
        Assert.That(Loop.AcceptOne().Link.Upgrade.Headers["X-Long"], Has.Length.EqualTo(6_000));
    }

    [TestCase("<policy-file-request/>\0")]
    [TestCase("GET /ws HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: WebSocket\r\nSec-WebSocket-Key1: 4 @1  46546xW%0l 1 5\r\n\r\n12345678")]
    public void The_older_protocols_of_Fleck_are_not_spoken(string request)
    {
        var client = Open();
        client.SendText(request);
        Assert.That(client.ReadToEnd(), Does.StartWith("HTTP/1.1 4"));
        Assert.That(Loop.Transport.LinkCount, Is.Zero);
    }

    private static byte[] Head(params (string Name, string Value)[] headers) =>
        FleckHead.Write("/ws", new LinkUpgrade(null, "h", null, null) { Headers = headers.ToDictionary(static h => h.Name, static h => h.Value) });
}
