using System.Runtime.CompilerServices;
using Playground.Ecs.Networking.Links;

namespace Playground.Ecs.Networking.Channels;

/// <summary>
/// The packets of one channel that wait to be received, oldest first, bounded in count and bytes. Loop thread only.
/// </summary>
/// <remarks>
/// Packets arrive pointing into the frame's arena. Those still unread at the next frame's start are copied into buffers of
/// the inbox's own, so that a plugin that reads every frame costs no copy and one that does not pins no arena. Reliable packets
/// are never dropped (PROTOCOL.md, section 8): whoever brings one asks <see cref="AcceptsReliable"/> first.
/// </remarks>
internal sealed class Inbox(int packetsMax, int bytesMax, BufferPool pool, InboxList inboxes)
{
    private const int StageBytes = 4 * 1024;

    private readonly PacketList _waiting = new();
    private readonly PacketList _staged = new();

    // Where the packets of this frame are copied to, one behind the other.
    private SharedBuffer? _stage;

    /// <summary>Packets waiting.</summary>
    public int Count => _waiting.Count;

    /// <summary>Payload bytes waiting.</summary>
    public int Bytes => _waiting.Bytes;

    /// <summary>Packets dropped because the inbox was full.</summary>
    public long Dropped { get; private set; }

    /// <summary>True when the inbox must be told of the frame's end.</summary>
    public bool IsListed { get; set; }

    /// <summary>True once its channel is gone: what waits is dropped when the frame ends.</summary>
    public bool IsClosed { get; set; }

    /// <summary>Whether a reliable packet of so many payload bytes fits beside the reliable ones that wait or are staged.</summary>
    public bool AcceptsReliable(int bytes) =>
        _waiting.ReliableCount + _staged.ReliableCount < packetsMax
        && bytes <= bytesMax - _waiting.ReliableBytes - _staged.ReliableBytes;

    /// <summary>
    /// Appends a packet whose data live until the frame ends. Drops the oldest unreliable ones when full, and an unreliable one that
    /// does not fit beside the reliable ones.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // So that a packet is written in its place at once, without a copy on the way.
    public void Append(in ReceivedPacket packet)
    {
        if (HasRoomIn(_waiting, packet.Data.Length) || TryMakeRoomIn(_waiting, packet.IsReliable, packet.Data.Length)) _waiting.Add(packet);
    }

    /// <summary>Copies a packet sent in this frame; <see cref="PublishStaged"/> makes it visible. Bounded like what waits.</summary>
    public void Stage(in ReceivedPacket packet, ReadOnlySpan<byte> data)
    {
        if (!HasRoomIn(_staged, data.Length) && !TryMakeRoomIn(_staged, packet.IsReliable, data.Length)) return;
        if (_stage is null || _stage.Bytes.Length - _stage.Length < data.Length)
        {
            _stage?.Release();
            _stage = pool.Rent(Math.Max(StageBytes, data.Length));
        }

        var copy = _stage.Bytes.AsMemory(_stage.Length, data.Length);
        data.CopyTo(copy.Span);
        _stage.Length += data.Length;
        _stage.AddReferences(1);
        _staged.Add(packet.WithData(copy), _stage);
    }

    /// <summary>Makes the packets of <see cref="Stage"/> visible, in order.</summary>
    public void PublishStaged()
    {
        while (_staged.TryRemoveFirst(out var packet, out var keeper)) Append(packet, keeper);
        _stage?.Release();
        _stage = null;
    }

    /// <summary>Takes all waiting packets; the span is valid until the frame ends.</summary>
    public ReadOnlySpan<ReceivedPacket> Take() => _waiting.Take();

    /// <summary>Frees what was taken and keeps what was not: to be called once between two frames.</summary>
    /// <returns>True while packets wait or buffers are held, false when the inbox needs no further call.</returns>
    public bool EndFrame()
    {
        if (IsClosed)
        {
            PublishStaged();
            Take();
        }

        return _waiting.EndFrame(pool) || _staged.Count > 0;
    }

    private void Append(in ReceivedPacket packet, SharedBuffer keeper)
    {
        if (HasRoomIn(_waiting, packet.Data.Length) || TryMakeRoomIn(_waiting, packet.IsReliable, packet.Data.Length)) _waiting.Add(packet, keeper);
        else keeper.Release();
    }

    private bool HasRoomIn(PacketList list, int bytes) => list.Count < packetsMax && bytes <= bytesMax - list.Bytes;

    private bool TryMakeRoomIn(PacketList list, bool isReliable, int bytes)
    {
        if (!isReliable && (list.ReliableCount >= packetsMax || bytes > bytesMax - list.ReliableBytes))
        {
            CountDropped();
            return false;
        }

        while (!HasRoomIn(list, bytes) && list.TryDropOldestUnreliable()) CountDropped();
        return true;
    }

    private void CountDropped()
    {
        Dropped++;
        inboxes.CountDropped();
    }
}
