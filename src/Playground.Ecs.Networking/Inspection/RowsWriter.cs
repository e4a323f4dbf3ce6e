using System.Buffers;
using MessagePack;

namespace Playground.Ecs.Networking.Inspection;

/// <summary>
/// Writes a message of a number and rows, as many as a packet holds: how many that is shows when they are written, and their count stands before
/// them. Its buffers grow to what the largest message needs and are used again. Loop thread only.
/// </summary>
/// <param name="bytesMax">The largest message.</param>
internal sealed class RowsWriter(int bytesMax)
{
    // Two arrays' heads and the number, each as long as it can be.
    private const int HeadBytesMax = 1 + 5 + 5;

    private readonly ArrayBufferWriter<byte> _rows = new();
    private readonly ArrayBufferWriter<byte> _message = new();
    private int _bytes;
    private bool _isFull;

    /// <summary>Rows written.</summary>
    public int Count { get; private set; }

    /// <summary>Begins a message.</summary>
    public void Begin()
    {
        _rows.ResetWrittenCount();
        Count = _bytes = 0;
        _isFull = false;
    }

    /// <summary>Writes a row.</summary>
    /// <returns>False when the message has no room for it, nor for any other from now on.</returns>
    public bool TryAdd<T>(in T row)
        where T : struct, IInspectorRow
    {
        if (_isFull) return false;
        var fields = new MessagePackWriter(_rows);
        row.WriteTo(ref fields);
        fields.Flush();
        _isFull = _rows.WrittenCount > bytesMax - HeadBytesMax;
        if (_isFull) return false;
        _bytes = _rows.WrittenCount;
        Count++;
        return true;
    }

    /// <summary>Ends the message; its bytes are valid until the next one.</summary>
    /// <param name="number">What stands before the rows.</param>
    public ReadOnlySpan<byte> Finish(uint number)
    {
        _message.ResetWrittenCount();
        var fields = new MessagePackWriter(_message);
        fields.WriteArrayHeader(2);
        fields.Write(number);
        fields.WriteArrayHeader(Count);
        fields.Flush();
        _message.Write(_rows.WrittenSpan[.._bytes]);
        return _message.WrittenSpan;
    }
}
