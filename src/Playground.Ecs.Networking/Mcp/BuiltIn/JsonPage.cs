using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Playground.Ecs.Networking.Mcp.BuiltIn;

/// <summary>An answer with a list in it that has room for so many bytes and no more; the first row always fits. Loop thread only.</summary>
internal sealed class JsonPage : IDisposable
{
    // What comes behind the rows: the cursor and whether there is more.
    private const int Reserve = 128;

    private static readonly JsonWriterOptions Writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly ArrayBufferWriter<byte> _buffer = new(4096);
    private readonly ArrayBufferWriter<byte> _row = new(512);
    private readonly Utf8JsonWriter _writer;
    private readonly int _bytesMax;

    public JsonPage(int bytesMax)
    {
        _bytesMax = bytesMax;
        _writer = new Utf8JsonWriter(_buffer, Writing);
        _writer.WriteStartObject();
    }

    /// <summary>Writes members before and behind the list.</summary>
    public Utf8JsonWriter Writer => _writer;

    /// <summary>Rows in the list.</summary>
    public int Count { get; private set; }

    public void Begin(string list) => _writer.WriteStartArray(list);

    /// <summary>Adds a row.</summary>
    /// <returns>False when there is no room for it: the page is full.</returns>
    public bool TryAdd<TState>(TState state, Action<Utf8JsonWriter, TState> write)
    {
        _row.ResetWrittenCount();
        using (var row = new Utf8JsonWriter(_row, Writing)) write(row, state);
        var written = _writer.BytesCommitted + _writer.BytesPending;
        if (Count > 0 && written + _row.WrittenCount + Reserve > _bytesMax) return false;
        _writer.WriteRawValue(_row.WrittenSpan, skipInputValidation: true);
        Count++;
        return true;
    }

    /// <summary>Ends the list and says where the next page begins; null: there is none.</summary>
    public void End(string? nextCursor)
    {
        _writer.WriteEndArray();
        _writer.WriteBoolean("truncated", nextCursor is not null);
        if (nextCursor is not null) _writer.WriteString("next_cursor", nextCursor);
    }

    public ToolOutput ToOutput()
    {
        _writer.WriteEndObject();
        _writer.Flush();
        using var document = JsonDocument.Parse(_buffer.WrittenMemory);
        return ToolOutput.Json(document.RootElement.Clone());
    }

    public void Dispose() => _writer.Dispose();

    /// <summary>An answer without a list.</summary>
    public static ToolOutput Object<TState>(TState state, Action<Utf8JsonWriter, TState> write)
    {
        using var page = new JsonPage(int.MaxValue);
        write(page._writer, state);
        return page.ToOutput();
    }
}
