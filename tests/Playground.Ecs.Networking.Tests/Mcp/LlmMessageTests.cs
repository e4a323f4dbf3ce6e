using System.Text.Json;
using MessagePack;
using Playground.Ecs.Networking.Mcp;

namespace Playground.Ecs.Networking.Tests.Mcp;

/// <summary>A packet to a model as a piece of a result.</summary>
public sealed class LlmMessageTests
{
    [Test]
    public void MessagePack_is_shown_as_JSON() => Assert.That(
        Data(MessagePackSerializer.Serialize(new Dictionary<string, object> { ["a"] = 1, ["b"] = new[] { "x", "y" } })), Is.EqualTo("""{"a":1,"b":["x","y"]}"""));

    [TestCase("hello")]
    [TestCase("{\"a\":1}")]
    [TestCase("ä€😀")]
    [TestCase("A")]
    [TestCase("")]
    public void Text_is_shown_as_text(string text) =>
        Assert.That(Message(System.Text.Encoding.UTF8.GetBytes(text)).GetProperty("data").GetString(), Is.EqualTo(text));

    [Test]
    public void Bytes_are_shown_in_base64() =>
        Assert.That(Message([0xFF, 0xFE, 0x00]).GetProperty("base64").GetBytesFromBase64(), Is.EqualTo(new byte[] { 0xFF, 0xFE, 0x00 }));

    [Test]
    public void What_JSON_cannot_hold_is_shown_in_base64() =>
        Assert.That(Message(MessagePackSerializer.Serialize(double.NaN)).TryGetProperty("base64", out _));

    [Test]
    public void What_nests_too_deep_is_shown_as_bytes_or_text()
    {
        var deep = new byte[100_000];
        Array.Fill(deep, (byte)0x91);
        Assert.That(Message(deep).TryGetProperty("base64", out _));
    }

    [Test]
    public void The_channel_is_named_but_for_the_sessions_own()
    {
        Assert.That(Message([1]).GetProperty("name").GetString(), Is.EqualTo("chat"));
        var own = JsonElement.Parse(((ToolContent.Text)new LlmMessage(2000, null, 5, [1]).ToContent()).Value).GetProperty("message");
        Assert.That((own.GetProperty("channel").GetInt32(), own.GetProperty("type").GetInt32(), own.TryGetProperty("name", out _)), Is.EqualTo((2000, 5, false)));
    }

    [Test]
    public void Whatever_the_bytes_are_they_are_shown()
    {
        var random = new Random(4711);
        for (var i = 0; i < 20_000; i++)
        {
            var data = new byte[random.Next(24)];
            random.NextBytes(data);
            var message = Message(data);
            Assert.That(message.TryGetProperty("data", out _) ^ message.TryGetProperty("base64", out _), Convert.ToHexString(data));
        }
    }

    private static string Data(byte[] data) => Message(data).GetProperty("data").GetRawText();

    private static JsonElement Message(byte[] data) =>
        JsonElement.Parse(((ToolContent.Text)new LlmMessage(1000, "chat", 7, data).ToContent()).Value).GetProperty("message");
}
