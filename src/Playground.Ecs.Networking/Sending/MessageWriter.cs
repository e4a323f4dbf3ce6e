using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using Playground.Ecs.Networking.Links;
using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Sockets;

namespace Playground.Ecs.Networking.Sending;

/// <summary>
/// Gathers packets into as many pre-framed WebSocket messages as the protocol's limits need, back to back in one buffer.
/// Reusable; loop thread only. Owner of the buffer: the writer, until <see cref="Finish"/>.
/// </summary>
internal sealed class MessageWriter
{
    /// <summary>One below the protocol's limit, so that a message's WebSocket header has 4 bytes at most.</summary>
    public const int MessageBytesMax = ProtocolLimits.MaxMessageBytes - 1;

    private const int LongHeader = 4;
    private const int InitialBytes = 256;

    private readonly List<Extent> _closed = [];
    private SharedBuffer? _buffer;
    private int _payload;
    private int _end;
    private int _packets;

    private readonly record struct Extent(int Offset, int Length, int Packets);

    /// <summary>Packet bytes gathered, without WebSocket headers.</summary>
    public int Bytes { get; private set; }

    /// <summary>Packets gathered.</summary>
    public int Packets { get; private set; }

    /// <summary>Bytes that still fit the message that is being written.</summary>
    public int MessageBytesLeft => MessageBytesMax - (_end - _payload);

    /// <summary>Packets that still fit the message that is being written.</summary>
    public int MessagePacketsLeft => ProtocolLimits.MaxPacketsPerMessage - _packets;

    /// <summary>True when so much fits one WebSocket message.</summary>
    public static bool FitsOneMessage(int bytes, int packets) =>
        bytes <= MessageBytesMax && packets <= ProtocolLimits.MaxPacketsPerMessage;

    /// <summary>Writes the WebSocket header into the 4 bytes before the packets of one message.</summary>
    public static void FrameInPlace(SharedBuffer buffer, ref int offset, ref int length)
    {
        var header = FrameHeader.ServerLength(length);
        FrameHeader.WriteServer(buffer.Bytes.AsSpan(offset - header), Opcode.Binary, length);
        offset -= header;
        length += header;
    }

    /// <summary>Makes room for what is going to be written, as far as it is known; only while empty.</summary>
    [MemberNotNull(nameof(_buffer))]
    public void Begin(BufferPool pool, int bytes)
    {
        // A header for each full message, for the last one, and one more for where a lane's end left a message short.
        var headers = LongHeader * (2 + (bytes / MessageBytesMax));
        _buffer = pool.Rent(Math.Max(InitialBytes, bytes + headers));
        _payload = _end = LongHeader;
    }

    /// <summary>Room for whole packets that fit one message together, to be filled by the caller at once.</summary>
    public Span<byte> Append(BufferPool pool, int bytes, int packets)
    {
        if (_buffer is null)
        {
            Begin(pool, bytes);
        }
        else if (_end - _payload + bytes > MessageBytesMax || _packets + packets > ProtocolLimits.MaxPacketsPerMessage)
        {
            CloseMessage();
        }

        if (_buffer.Bytes.Length - _end < bytes) Grow(pool, bytes);
        var space = _buffer.Bytes.AsSpan(_end, bytes);
        _end += bytes;
        _packets += packets;
        Bytes += bytes;
        Packets += packets;
        return space;
    }

    /// <summary>Appends a packet, as a train where its payload is above the fragment size.</summary>
    public void Write(BufferPool pool, in PacketHeader header, ReadOnlySpan<byte> payload)
    {
        if (payload.Length <= ProtocolLimits.FragmentBytes)
        {
            PacketWriter.Write(Append(pool, PacketWriter.SizeOf(payload.Length), 1), header, payload);
            return;
        }

        foreach (var fragment in Fragmenter.Split(header, payload.Length))
        {
            var space = Append(pool, PacketWriter.SizeOf(fragment.Length), 1);
            PacketWriter.Write(space, fragment.Header, payload.Slice(fragment.Offset, fragment.Length));
        }
    }

    /// <summary>Copies the gathered packets, without WebSocket headers. <paramref name="destination"/> holds <see cref="Bytes"/>.</summary>
    public void CopyPackets(Span<byte> destination)
    {
        foreach (ref readonly var extent in CollectionsMarshal.AsSpan(_closed))
        {
            _buffer!.Bytes.AsSpan(extent.Offset, extent.Length).CopyTo(destination);
            destination = destination[extent.Length..];
        }

        if (_buffer is not null) _buffer.Bytes.AsSpan(_payload, _end - _payload).CopyTo(destination);
    }

    /// <summary>Gives a lane the gathered packets. A short last message may still move up to its header: too few bytes for a lane to refer to.</summary>
    public void ShareWith(ref Lane lane, BufferPool pool)
    {
        foreach (ref readonly var extent in CollectionsMarshal.AsSpan(_closed))
        {
            lane.AppendShared(pool, _buffer!, extent.Offset, extent.Length, extent.Packets);
        }

        if (_packets > 0) lane.AppendShared(pool, _buffer!, _payload, _end - _payload, _packets);
    }

    /// <summary>Frames what was gathered. The buffer stays the writer's; more can only be written after <see cref="Clear"/>.</summary>
    public SharedBuffer Frame(out int offset, out int length)
    {
        var buffer = _buffer ?? throw new InvalidOperationException("Nothing was written.");
        offset = CloseLastMessage();
        length = _end - offset;
        return buffer;
    }

    /// <summary>Frames what was gathered and gives the buffer to the caller.</summary>
    public SharedBuffer Finish(out int offset, out int length)
    {
        var buffer = Frame(out offset, out length);
        _buffer = null;
        Clear();
        return buffer;
    }

    /// <summary>Drops what was gathered.</summary>
    public void Clear()
    {
        _buffer?.Release();
        _buffer = null;
        _closed.Clear();
        _payload = _end = _packets = 0;
        Bytes = Packets = 0;
    }

    private void CloseMessage()
    {
        var header = CloseGap();
        FrameHeader.WriteServer(_buffer!.Bytes.AsSpan(_payload - header), Opcode.Binary, _end - _payload);
        _closed.Add(new Extent(_payload, _end - _payload, _packets));
        _end += LongHeader;
        _payload = _end;
        _packets = 0;
    }

    private int CloseLastMessage()
    {
        var header = _closed.Count > 0 ? CloseGap() : FrameHeader.ServerLength(_end - _payload);
        FrameHeader.WriteServer(_buffer!.Bytes.AsSpan(_payload - header), Opcode.Binary, _end - _payload);
        return _closed.Count > 0 ? 0 : _payload - header;
    }

    /// <summary>Moves a short message up to its header, for which more room was left than it takes: no gap may stay between messages.</summary>
    /// <returns>The header's length.</returns>
    private int CloseGap()
    {
        var length = _end - _payload;
        var header = FrameHeader.ServerLength(length);
        if (header == LongHeader) return header;
        var bytes = _buffer!.Bytes;
        bytes.AsSpan(_payload, length).CopyTo(bytes.AsSpan(_payload - LongHeader + header));
        _payload -= LongHeader - header;
        _end -= LongHeader - header;
        return header;
    }

    private void Grow(BufferPool pool, int bytes)
    {
        var larger = pool.Rent(Math.Max(_end + bytes + LongHeader, _buffer!.Bytes.Length * 2));

        // The room for the next header may begin where a full buffer ends.
        _buffer.Bytes.AsSpan(0, Math.Min(_end, _buffer.Bytes.Length)).CopyTo(larger.Bytes);
        _buffer.Release();
        _buffer = larger;
    }
}
