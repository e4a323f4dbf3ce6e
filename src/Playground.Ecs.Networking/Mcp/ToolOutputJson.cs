using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Playground.Ecs.Networking.Mcp.Schema;

namespace Playground.Ecs.Networking.Mcp;

/// <summary>
/// A tool's output as the JSON of a ToolResult packet: an object with <c>content</c> and <c>structuredContent</c> as MCP's CallToolResult has
/// them. Any thread.
/// </summary>
internal static class ToolOutputJson
{
    private const int DepthMax = 64;
    private const int BlocksMax = 1_000;

    // It stands in no page, and what is escaped counts several times against the limits.
    private static readonly JsonWriterOptions Writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonDocumentOptions Reading = new() { MaxDepth = DepthMax, AllowDuplicateProperties = false };

    /// <summary>The JSON of an output; whether it is an error stands beside it.</summary>
    public static string Write(ToolOutput output)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        WriteTo(buffer, output);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>How many bytes of UTF-8 its JSON has.</summary>
    public static long SizeOf(ToolOutput output)
    {
        var counter = new ByteCounter();
        WriteTo(counter, output);
        return counter.Written;
    }

    /// <summary>Reads what a peer answered: an output's JSON, an array of content blocks, or a string, which is one text.</summary>
    /// <param name="json">The JSON.</param>
    /// <param name="isError">What the answer says about itself.</param>
    /// <param name="output">The output; null when it is none.</param>
    /// <param name="problem">What is wrong with it, for a sentence.</param>
    public static bool TryRead(string json, bool isError, [NotNullWhen(true)] out ToolOutput? output, [NotNullWhen(false)] out string? problem)
    {
        output = null;
        try
        {
            using var document = JsonDocument.Parse(json, Reading);
            output = Read(document.RootElement, isError, out problem);
        }
        catch (JsonException)
        {
            problem = $"it is no JSON, or nests deeper than {DepthMax}";
        }
        catch (Exception exception) when (exception is InvalidOperationException or ArgumentException)
        {
            problem = "it has a text that is no valid Unicode";
        }

        return problem is null;
    }

    private static void WriteTo(IBufferWriter<byte> buffer, ToolOutput output)
    {
        using var writer = new Utf8JsonWriter(buffer, Writing);
        writer.WriteStartObject();
        writer.WriteStartArray("content");
        foreach (var block in output.Content) WriteBlock(writer, block);
        if (output is { Content.Count: 0, Structured: { } value }) WriteBlock(writer, new ToolContent.Text(value.GetRawText()));
        writer.WriteEndArray();
        if (output.Structured is { } structured)
        {
            writer.WritePropertyName("structuredContent");
            structured.WriteTo(writer);
        }

        writer.WriteEndObject();
    }

    private static void WriteBlock(Utf8JsonWriter writer, ToolContent block)
    {
        writer.WriteStartObject();
        switch (block)
        {
            case ToolContent.Text text:
                writer.WriteString("type", "text");
                writer.WriteString("text", text.Value);
                break;
            case ToolContent.Image image:
                WriteMedia(writer, "image", image.Data, image.MimeType);
                break;
            case ToolContent.Audio audio:
                WriteMedia(writer, "audio", audio.Data, audio.MimeType);
                break;
            case ToolContent.Resource resource:
                writer.WriteString("type", "resource");
                WriteContents(writer, resource.Contents);
                break;
            case ToolContent.Link link:
                writer.WriteString("type", "resource_link");
                writer.WriteString("uri", link.Uri);
                writer.WriteString("name", link.Name);
                if (link.MimeType is not null) writer.WriteString("mimeType", link.MimeType);
                break;
        }

        writer.WriteEndObject();
    }

    private static void WriteMedia(Utf8JsonWriter writer, string type, ReadOnlyMemory<byte> bytes, string mimeType)
    {
        writer.WriteString("type", type);
        writer.WriteBase64String("data", bytes.Span);
        writer.WriteString("mimeType", mimeType);
    }

    private static void WriteContents(Utf8JsonWriter writer, ResourceContents contents)
    {
        writer.WriteStartObject("resource");
        writer.WriteString("uri", contents.Uri);
        writer.WriteString("mimeType", contents.MimeType);
        if (contents.Text is { } text) writer.WriteString("text", text);
        else writer.WriteBase64String("blob", contents.Bytes.Span);
        writer.WriteEndObject();
    }

    private static ToolOutput? Read(JsonElement root, bool isError, out string? problem)
    {
        List<ToolContent> content = [];
        JsonElement? structured = null;
        problem = root.ValueKind switch
        {
            JsonValueKind.String => AddText(content, root),
            JsonValueKind.Array => AddBlocks(content, root),
            JsonValueKind.Object => AddMembers(content, root, ref structured),
            _ => $"it is {JsonShow.Value(root)} but should be a string, an array of content blocks, or an object with content or structuredContent",
        };
        if (problem is not null) return null;
        if (content.Count == 0 && structured is { } value) content.Add(new ToolContent.Text(value.GetRawText()));
        return ToolOutput.From(content, structured, isError);
    }

    private static string? AddText(List<ToolContent> content, JsonElement text)
    {
        content.Add(new ToolContent.Text(text.GetString()!));
        return null;
    }

    private static string? AddMembers(List<ToolContent> content, JsonElement root, ref JsonElement? structured)
    {
        var hasContent = false;
        foreach (var member in root.EnumerateObject())
        {
            switch (member.Name)
            {
                case "content":
                    hasContent = true;
                    if (AddBlocks(content, member.Value) is { } problem) return problem;
                    break;
                case "structuredContent" when member.Value.ValueKind == JsonValueKind.Object:
                    structured = member.Value.Clone();
                    break;
                case "structuredContent": return $"structuredContent is {JsonShow.Value(member.Value)} but should be an object";
                case "_meta": break;
                default: return $"it has the unknown member {JsonShow.Quote(member.Name)} (known: content, structuredContent)";
            }
        }

        return hasContent || structured is not null ? null : "it has neither content nor structuredContent";
    }

    private static string? AddBlocks(List<ToolContent> content, JsonElement blocks)
    {
        if (blocks.ValueKind != JsonValueKind.Array) return $"content is {JsonShow.Value(blocks)} but should be an array of content blocks";
        if (blocks.GetArrayLength() > BlocksMax) return $"content has {blocks.GetArrayLength()} blocks but should have at most {BlocksMax}";
        var index = 0;
        foreach (var block in blocks.EnumerateArray())
        {
            var place = $"content[{index++}]";
            if (!TryReadBlock(block, place, out var read, out var problem)) return problem;
            content.Add(read);
        }

        return null;
    }

    private static bool TryReadBlock(JsonElement block, string place, [NotNullWhen(true)] out ToolContent? content, out string? problem)
    {
        var fields = new JsonFields(block, place);
        content = fields.Text("type") switch
        {
            "text" => new ToolContent.Text(fields.Text("text")),
            "image" => new ToolContent.Image(fields.Bytes("data"), fields.Text("mimeType")),
            "audio" => new ToolContent.Audio(fields.Bytes("data"), fields.Text("mimeType")),
            "resource" => new ToolContent.Resource(ReadContents(fields.Inner("resource"))),
            "resource_link" => new ToolContent.Link(fields.Text("uri"), fields.Text("name"), fields.OptionalText("mimeType")),
            var type => fields.Fail($"{place}.type is {JsonShow.Quote(type, '"')} but should be one of \"text\", \"image\", \"audio\", \"resource\", \"resource_link\""),
        };
        problem = fields.Problem;
        return content is not null && problem is null;
    }

    private static ResourceContents ReadContents(JsonFields fields)
    {
        var uri = fields.Text("uri");
        var mimeType = fields.OptionalText("mimeType");
        return fields.Has("blob")
            ? ResourceContents.FromBytes(uri, fields.Bytes("blob"), mimeType ?? "application/octet-stream")
            : ResourceContents.FromText(uri, fields.Text("text"), mimeType ?? "text/plain");
    }

    /// <summary>The members of an object, of which the first that is wrong is remembered.</summary>
    private sealed class JsonFields(JsonElement element, string place, JsonFields? outer = null)
    {
        private string? _problem = element.ValueKind == JsonValueKind.Object ? null : $"{place} is {JsonShow.Value(element)} but should be an object";

        public string? Problem
        {
            get => outer is null ? _problem : outer.Problem;
            private set
            {
                if (outer is null) _problem ??= value;
                else outer.Problem = value;
            }
        }

        public bool Has(string name) => element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out _);

        public string Text(string name) => Find(name) is { ValueKind: JsonValueKind.String } text ? text.GetString()! : Wrong(name, "a string");

        public string? OptionalText(string name) => Has(name) ? Text(name) : null;

        public byte[] Bytes(string name)
        {
            if (Find(name) is { ValueKind: JsonValueKind.String } text && text.TryGetBytesFromBase64(out var bytes)) return bytes;
            Wrong(name, "bytes in base64");
            return [];
        }

        public JsonFields Inner(string name)
        {
            var inner = Find(name);
            if (inner.ValueKind != JsonValueKind.Object) Wrong(name, "an object");
            return new JsonFields(inner, $"{place}.{name}", this);
        }

        public ToolContent? Fail(string problem)
        {
            Problem = problem;
            return null;
        }

        private JsonElement Find(string name) => Has(name) ? element.GetProperty(name) : default;

        private string Wrong(string name, string expected)
        {
            Problem = $"{place}.{name} is {JsonShow.Value(Find(name))} but should be {expected}";
            return string.Empty;
        }
    }

    /// <summary>Counts what is written and forgets it.</summary>
    private sealed class ByteCounter : IBufferWriter<byte>
    {
        private byte[] _scratch = new byte[4096];

        public long Written { get; private set; }

        public void Advance(int count) => Written += count;

        public Memory<byte> GetMemory(int sizeHint = 0)
        {
            if (_scratch.Length < sizeHint) _scratch = new byte[sizeHint];
            return _scratch;
        }

        public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;
    }
}
