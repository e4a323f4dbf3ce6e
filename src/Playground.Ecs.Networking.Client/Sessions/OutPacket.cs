using System.Buffers;
using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.Client.Sessions;

/// <summary>
/// A payload that waits in its lane, and how far it is written. Owner of its rented array until <see cref="Release"/>.
/// </summary>
internal sealed class OutPacket
{
    private readonly ArrayPool<byte> _pool;
    private FragmentSequence _fragments;
    private byte[]? _payload;
    private bool _isBegun;

    public OutPacket(in PacketHeader header, ReadOnlySpan<byte> payload, ArrayPool<byte> pool, Waiting? waiting)
    {
        _pool = pool;
        if (!payload.IsEmpty)
        {
            _payload = pool.Rent(payload.Length);
            payload.CopyTo(_payload);
        }

        Header = header;
        Waiting = waiting;
        PayloadLength = payload.Length;
        BytesLeft = PacketWriter.SizeOfTrain(payload.Length);
        _fragments = Fragmenter.Split(header, payload.Length);
        _fragments.MoveNext();
    }

    public PacketHeader Header { get; }

    public int PayloadLength { get; }

    /// <summary>Who is told of its fate; null: nobody.</summary>
    public Waiting? Waiting { get; }

    /// <summary>Bytes that are not yet written, headers included.</summary>
    public int BytesLeft { get; private set; }

    /// <summary>True once its first fragment was written: from then on it is neither dropped to make room nor withdrawn.</summary>
    public bool IsBegun => _isBegun;

    /// <summary>Its place among all packets that were queued.</summary>
    public long Order { get; set; }

    public OutPacket? Previous { get; set; }

    public OutPacket? Next { get; set; }

    /// <summary>The size of its next packet on the wire, header included.</summary>
    public int NextBytes => PacketWriter.SizeOf(_fragments.Current.Length);

    /// <summary>Writes the next packet.</summary>
    /// <param name="destination">At least <see cref="NextBytes"/>.</param>
    /// <returns>True when it was the last one.</returns>
    public bool Write(Span<byte> destination)
    {
        var fragment = _fragments.Current;
        var written = PacketWriter.Write(destination, fragment.Header, _payload.AsSpan(fragment.Offset, fragment.Length));
        BytesLeft -= written;
        _isBegun = true;
        return !_fragments.MoveNext();
    }

    /// <summary>Returns the array; the packet is no longer of use.</summary>
    public void Release()
    {
        if (Waiting is not null) Waiting.Packet = null;
        if (_payload is null) return;
        _pool.Return(_payload);
        _payload = null;
    }
}
