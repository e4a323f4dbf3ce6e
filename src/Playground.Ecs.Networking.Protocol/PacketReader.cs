using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Playground.Ecs.Networking.Protocol;

/// <summary>
/// Walks the packets of a batch that <see cref="BatchValidator"/> accepted. On other bytes it stops at the first fault: it
/// never throws and never reads past the batch. It owns nothing; the batch must outlive it.
/// </summary>
public ref struct PacketReader
{
    private readonly ReadOnlySpan<byte> _batch;
    private int _next;
    private int _payloadLength;

    /// <summary>Starts before the first packet.</summary>
    /// <param name="batch">One WebSocket message.</param>
    public PacketReader(ReadOnlySpan<byte> batch) => _batch = batch;

    /// <summary>The payload of the packet read last; empty before the first and after the end.</summary>
    public readonly ReadOnlySpan<byte> Payload => _batch.Slice(_next - _payloadLength, _payloadLength);

    /// <summary>Moves to the next packet; false at the end of the batch or at a fault.</summary>
    /// <param name="header">The packet's header.</param>
    /// <param name="payloadOffset">Where the payload starts in the batch, in bytes; its length is in the header.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryRead(out PacketHeader header, out int payloadOffset)
    {
        var rest = _batch[_next..];
        if (rest.Length >= PacketHeader.Size)
        {
            var word = BinaryPrimitives.ReadUInt64LittleEndian(rest);
            var length = BinaryPrimitives.ReadUInt32LittleEndian(rest[PacketHeader.LengthOffset..]);
            if (length <= (uint)(rest.Length - PacketHeader.Size) && PacketHeader.IsWellFormed(word))
            {
                header = new PacketHeader(word, (int)length);
                payloadOffset = _next + PacketHeader.Size;
                _payloadLength = (int)length;
                _next = payloadOffset + (int)length;
                return true;
            }
        }

        _payloadLength = 0;
        header = default;
        payloadOffset = 0;
        return false;
    }
}
