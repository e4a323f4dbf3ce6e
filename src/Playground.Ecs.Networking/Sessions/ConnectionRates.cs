using System.Runtime.CompilerServices;
using Playground.Ecs.Networking.Links;
using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.Sessions;

/// <summary>
/// How much one connection may send, and what is dropped because it sent more. A mutable struct, never copied but to a resumed
/// connection. Loop thread only.
/// </summary>
/// <param name="options">The rates.</param>
internal struct ConnectionRates(NetworkingOptions options)
{
    private const int CriticalPackets = 10;

    // A second without a drop is a new beginning; more Errors than four a second would only add to the flood.
    private const long PauseTicks = TimeSpan.TicksPerSecond;
    private const long ErrorTicks = TimeSpan.TicksPerSecond / 4;

    private TokenBucket _packets = new(options.PacketsPerSecond);
    private TokenBucket _bytes = new(options.BytesPerSecond);
    private TokenBucket _requests = new(options.ControlRequestsPerSecond);
    private long _overSince;
    private long _lastOver = -PauseTicks;
    private long _lastError = -ErrorTicks;
    private uint _skippedLanes;
    private long _refilledAt;

    /// <summary>Adds what the frame that begins allows, and the ones since the last time, in which nothing was read.</summary>
    /// <param name="options">The rates.</param>
    /// <param name="frameTicks">The length of this frame.</param>
    /// <param name="now">All frames' together, this one included.</param>
    public void Refill(NetworkingOptions options, long frameTicks, long now)
    {
        var earlier = (now - frameTicks - _refilledAt) / (double)TimeSpan.TicksPerSecond;
        var seconds = frameTicks / (double)TimeSpan.TicksPerSecond;
        _refilledAt = now;
        Refill(ref _packets, options.PacketsPerSecond, earlier, seconds);
        Refill(ref _bytes, options.BytesPerSecond, earlier, seconds);
        Refill(ref _requests, options.ControlRequestsPerSecond, earlier, seconds);
    }

    /// <summary>Takes one packet's share.</summary>
    /// <returns>False when the packet is over the rate, or of a train whose beginning was.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TrySpend(in PacketHeader header)
    {
        if (_packets.IsEmpty || _bytes.IsEmpty || (_skippedLanes != 0 && IsSkipped(header))) return false;
        if (header.Channel == ChannelRanges.Control && !TrySpendControl(header)) return false;
        _packets.Take(header.Priority == Priority.Critical ? CriticalPackets : 1);
        _bytes.Take(PacketHeader.Size + header.PayloadLength);
        return true;
    }

    /// <summary>An unreliable packet is dropped, and with its first fragment the rest of its train.</summary>
    public void Skip(in PacketHeader header)
    {
        var lane = 1u << (int)header.Priority;
        _skippedLanes = header.HasMoreFragments ? _skippedLanes | lane : _skippedLanes & ~lane;
    }

    /// <summary>Remembers that something was dropped.</summary>
    /// <returns>For how long that has been going on, in ticks.</returns>
    public long Exceed(long now)
    {
        if (now - _lastOver > PauseTicks) _overSince = now;
        _lastOver = now;
        return now - _overSince;
    }

    /// <summary>Whether to tell the peer now.</summary>
    public bool IsErrorDue(long now)
    {
        if (now - _lastError < ErrorTicks) return false;
        _lastError = now;
        return true;
    }

    private static void Refill(ref TokenBucket bucket, int perSecond, double earlier, double seconds)
    {
        if (earlier > 0) bucket.Refill(perSecond, earlier);
        bucket.RefillFrame(perSecond, seconds);
    }

    private readonly bool IsSkipped(in PacketHeader header) => !header.IsReliable && (_skippedLanes >> (int)header.Priority & 1) != 0;

    private bool TrySpendControl(in PacketHeader header) => !PacketTypes.IsClientOnly((ControlType)header.Type) || _requests.TryTake(1);
}
