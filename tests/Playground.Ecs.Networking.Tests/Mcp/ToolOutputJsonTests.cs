using System.Text;
using System.Text.Json;
using CsCheck;
using Playground.Ecs.Networking.Mcp;

namespace Playground.Ecs.Networking.Tests.Mcp;

public sealed class ToolOutputJsonTests
{
    private static JsonElement Json(string json) => JsonSerializer.Deserialize<JsonElement>(json);

    private static ToolOutput Read(string json, bool isError = false)
    {
        Assert.That(ToolOutputJson.TryRead(json, isError, out var output, out var problem), problem);
        return output!;
    }

    [Test]
    public void Every_kind_of_content_comes_back()
    {
        byte[] bytes = [0, 1, 254, 255];
        var output = ToolOutput.Of(
            new ToolContent.Text("words \"quoted\" ü 😀"),
            new ToolContent.Image(bytes, "image/png"),
            new ToolContent.Audio(bytes, "audio/wav"),
            new ToolContent.Resource(ResourceContents.FromText("world://a", "text", "text/markdown")),
            new ToolContent.Resource(ResourceContents.FromBytes("world://b", bytes, "application/x")),
            new ToolContent.Link("world://c", "c", "text/plain"),
            new ToolContent.Link("world://d", "d")).With(Json("""{"a":[1,{"b":null}]}"""));
        var read = Read(ToolOutputJson.Write(output), isError: true);
        Assert.That(read.IsError);
        Assert.That(read.Structured!.Value.GetRawText(), Is.EqualTo("""{"a":[1,{"b":null}]}"""));
        Assert.That(read.Content.Select(Describe), Is.EqualTo(output.Content.Select(Describe)));
    }

    private static string Describe(ToolContent content) => content switch
    {
        ToolContent.Image image => $"image {Convert.ToHexString(image.Data.Span)} {image.MimeType}",
        ToolContent.Audio audio => $"audio {Convert.ToHexString(audio.Data.Span)} {audio.MimeType}",
        ToolContent.Resource { Contents: var c } => $"resource {c.Uri} {c.MimeType} {c.Text} {Convert.ToHexString(c.Bytes.Span)}",
        _ => content.ToString(),
    };

    [Test]
    public void The_json_is_that_of_a_call_tool_result() => Assert.That(
        ToolOutputJson.Write(ToolOutput.Of(new ToolContent.Image(new byte[] { 1 }, "image/png"), new ToolContent.Link("u://x", "x")).With(Json("""{"n":1}"""))),
        Is.EqualTo("""{"content":[{"type":"image","data":"AQ==","mimeType":"image/png"},{"type":"resource_link","uri":"u://x","name":"x"}],"structuredContent":{"n":1}}"""));

    [Test]
    public void A_structured_result_without_content_has_its_json_as_text()
    {
        const string Expected = """{"content":[{"type":"text","text":"{\"n\":1}"}],"structuredContent":{"n":1}}""";
        Assert.That(ToolOutputJson.Write(ToolOutput.Of().With(Json("""{"n":1}"""))), Is.EqualTo(Expected));
        Assert.That(ToolOutputJson.Write(Read("""{"structuredContent":{"n":1}}""")), Is.EqualTo(Expected));
    }

    [Test]
    public void A_string_is_a_text_and_an_array_is_content()
    {
        Assert.That(Read("\"said\"").Content, Is.EqualTo(new[] { new ToolContent.Text("said") }));
        Assert.That(
            Read("""[{"type":"text","text":"a","annotations":{}},{"type":"text","text":"b"}]""").Content,
            Is.EqualTo(new[] { new ToolContent.Text("a"), new ToolContent.Text("b") }));
        Assert.That(Read("""{"content":[],"_meta":{"x":1}}""").Content, Is.Empty);
    }

    [TestCase("", "no JSON")]
    [TestCase("{", "no JSON")]
    [TestCase("7", "it is 7")]
    [TestCase("null", "it is null")]
    [TestCase("{}", "neither content nor structuredContent")]
    [TestCase("""{"content":[],"isError":true}""", "'isError'")]
    [TestCase("""{"content":{}}""", "content is an object")]
    [TestCase("""{"structuredContent":[1]}""", "structuredContent is an array of 1")]
    [TestCase("""{"content":[],"content":[]}""", "no JSON")]
    [TestCase("""["a"]""", "content[0] is \"a\"")]
    [TestCase("""[{"type":"video"}]""", "content[0].type is \"video\"")]
    [TestCase("""[{"text":"a"}]""", "content[0].type is missing")]
    [TestCase("""[{"type":"text","text":"a"},{"type":"text","text":1}]""", "content[1].text is 1 but should be a string")]
    [TestCase("""[{"type":"image","data":"!","mimeType":"image/png"}]""", "content[0].data is \"!\" but should be bytes in base64")]
    [TestCase("""[{"type":"audio","data":"AQ=="}]""", "content[0].mimeType is missing")]
    [TestCase("""[{"type":"resource","resource":7}]""", "content[0].resource is 7")]
    [TestCase("""[{"type":"resource","resource":{"uri":"a://b"}}]""", "content[0].resource.text is missing")]
    [TestCase("""[{"type":"resource","resource":{"uri":"a://b","blob":"%"}}]""", "content[0].resource.blob")]
    [TestCase("""[{"type":"resource_link","uri":"a://b"}]""", "content[0].name is missing")]
    [TestCase("""["\ud800"]""", "no valid Unicode")]
    [TestCase("\"\\udc00\"", "no valid Unicode")]
    public void What_is_none_is_named(string json, string reason)
    {
        Assert.That(ToolOutputJson.TryRead(json, isError: false, out var output, out var problem), Is.False);
        Assert.That(problem, Does.Contain(reason));
        Assert.That(output, Is.Null);
    }

    [Test]
    public void Depth_and_count_are_bounded()
    {
        Assert.That(Problem($"{{\"structuredContent\":{{\"a\":{new string('[', 70)}{new string(']', 70)}}}}}"), Does.Contain("deeper"));
        var many = string.Join(',', Enumerable.Repeat("""{"type":"text","text":""}""", 1_001));
        Assert.That(Problem($"[{many}]"), Does.Contain("1001 blocks"));
    }

    private static string? Problem(string json) => ToolOutputJson.TryRead(json, false, out _, out var problem) ? null : problem;

    [Test]
    public void What_was_read_outlives_its_text()
    {
        var read = Read("""{"structuredContent":{"a":"b"}}""");
        GC.Collect();
        Assert.That(read.Structured!.Value.GetProperty("a").GetString(), Is.EqualTo("b"));
    }

    [Test]
    public void Size_is_that_of_the_json() => Gen.Select(Gen.String, Gen.Byte.Array[0, 5_000]).Sample(static (text, bytes) =>
    {
        var output = ToolOutput.Of(new ToolContent.Text(text), new ToolContent.Image(bytes, "image/png"));
        return ToolOutputJson.SizeOf(output) == Encoding.UTF8.GetByteCount(ToolOutputJson.Write(output));
    });

    [Test]
    public void No_text_makes_reading_throw() => Gen.String.Sample(static json =>
        ToolOutputJson.TryRead(json, false, out var output, out _) == (output is not null));
}
