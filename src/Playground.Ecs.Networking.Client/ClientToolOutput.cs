using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Playground.Ecs.Networking.Client;

/// <summary>What a tool answers, ready to be sent (PROTOCOL.md, section 6). Immutable.</summary>
public sealed class ClientToolOutput
{
    // Read as JSON, never as HTML: letters of all scripts stand as they are.
    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private ClientToolOutput(string content, bool isError)
    {
        Content = content;
        IsError = isError;
    }

    /// <summary>True when the tool did not do what was asked, for a reason that the model can mend.</summary>
    public bool IsError { get; }

    internal string Content { get; }

    /// <summary>Words.</summary>
    public static ClientToolOutput Text(string text) => new(Quote(text), isError: false);

    /// <summary>Says what stands in the way, so that the model can mend it.</summary>
    public static ClientToolOutput Error(string message) => new(Quote(message), isError: true);

    /// <summary>A JSON object; for clients that know no structured results the server adds it as a text.</summary>
    /// <exception cref="ArgumentException">It is no object.</exception>
    public static ClientToolOutput Json(JsonElement value) => new(Compose(null, Checked(value, JsonValueKind.Object, nameof(value))), isError: false);

    /// <summary>Pieces of any kind, as the Model Context Protocol writes them: <c>[{"type":"image","data":"...","mimeType":"image/png"}]</c>.</summary>
    /// <param name="content">A JSON array of ContentBlocks.</param>
    /// <param name="structured">A JSON object beside them; null: none.</param>
    /// <param name="isError">Whether the tool failed for a reason that the model can mend.</param>
    /// <exception cref="ArgumentException">They are no array and no object.</exception>
    public static ClientToolOutput Of(JsonElement content, JsonElement? structured = null, bool isError = false)
    {
        Checked(content, JsonValueKind.Array, nameof(content));
        if (structured is { } value) Checked(value, JsonValueKind.Object, nameof(structured));
        return new(Compose(content, structured), isError);
    }

    private static JsonElement Checked(JsonElement value, JsonValueKind kind, string name) => value.ValueKind == kind
        ? value
        : throw new ArgumentException($"It must be a JSON {kind}, not {value.ValueKind}.", name);

    private static string Quote(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Write(text, static (writer, text) => writer.WriteStringValue(text));
    }

    private static string Compose(JsonElement? content, JsonElement? structured) => Write((content, structured), static (writer, parts) =>
    {
        writer.WriteStartObject();
        Write(writer, "content", parts.content);
        Write(writer, "structuredContent", parts.structured);
        writer.WriteEndObject();
    });

    private static void Write(Utf8JsonWriter writer, string name, JsonElement? value)
    {
        if (value is not { } element) return;
        writer.WritePropertyName(name);
        element.WriteTo(writer);
    }

    private static string Write<T>(T value, Action<Utf8JsonWriter, T> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Compact)) write(writer, value);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
