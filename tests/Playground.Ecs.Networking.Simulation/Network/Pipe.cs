using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Simulation.Randomness;

namespace Playground.Ecs.Networking.Simulation.Network;

/// <summary>
/// One direction of a TCP connection that carries WebSocket messages: in order, delayed, bounded, and at its end cut anywhere.
/// </summary>
internal sealed class Pipe(LinkConditions conditions, Rng rng)
{
    // RFC 6298: the retransmission timer begins at a second; kernels go down to 200 ms.
    private static readonly TimeSpan RepeatedAfterMin = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan RepeatedAfterMax = TimeSpan.FromMilliseconds(1500);

    private readonly Queue<Item> _items = [];
    private long _writtenAt;
    private long _lastArrival;
    private bool _vanishes;
    private bool _isCut;

    /// <summary>What arrives: a message, or the end.</summary>
    /// <param name="Message">The message; null for the end.</param>
    /// <param name="ArrivesAt">When its last byte is there.</param>
    /// <param name="Code">The end's close code.</param>
    /// <param name="Reason">The end's reason.</param>
    public sealed record Item(byte[]? Message, long ArrivesAt, ushort Code = 0, string Reason = "");

    public LinkConditions Conditions => conditions;

    /// <summary>Bytes written that have not arrived.</summary>
    public int BytesUnderWay { get; private set; }

    /// <summary>False while the writer has to wait.</summary>
    public bool HasRoom => BytesUnderWay < conditions.CapacityBytes;

    /// <summary>True when nothing is under way.</summary>
    public bool IsEmpty => _items.Count == 0;

    /// <summary>Messages that a lost one in front held up.</summary>
    public int HeldUp { get; private set; }

    /// <summary>Takes a message.</summary>
    public void Write(byte[] message, long now)
    {
        if (_isCut) return;
        BytesUnderWay += message.Length;
        if (!_vanishes) _items.Enqueue(new Item(message, ArrivalOf(message.Length, now)));
    }

    /// <summary>Takes the end, behind everything that was written.</summary>
    public void WriteEnd(ushort code, string reason, long now)
    {
        if (!_isCut && !_vanishes) _items.Enqueue(new Item(null, ArrivalOf(0, now), code, reason));
    }

    /// <summary>Gives what has arrived, one by one; <see cref="Take"/> takes it.</summary>
    public bool TryPeek(long now, out Item item)
    {
        item = null!;
        if (_items.Count == 0 || now < conditions.StalledUntil || _items.Peek().ArrivesAt > now) return false;
        item = _items.Peek();
        return true;
    }

    /// <summary>Takes what <see cref="TryPeek"/> gave.</summary>
    public void Take()
    {
        var bytes = _items.Dequeue().Message?.Length ?? 0;
        BytesUnderWay = Math.Max(0, BytesUnderWay - bytes);
    }

    /// <summary>From now on bytes are taken and never arrive.</summary>
    /// <param name="capacityBytes">How many are taken before the writer has to wait.</param>
    public void Vanish(int capacityBytes)
    {
        _items.Clear();
        _vanishes = true;
        BytesUnderWay = 0;
        conditions.CapacityBytes = capacityBytes;
    }

    /// <summary>
    /// The connection is reset: what is under way is lost, but for a first part that the reader may still get before it learns
    /// of the end.
    /// </summary>
    /// <returns>Messages lost.</returns>
    public int Cut(long now, bool keepsNothing)
    {
        if (_isCut) return 0;
        _isCut = true;
        var items = _items.ToArray();
        var kept = keepsNothing || items.Length == 0 ? 0 : rng.Below(items.Length + 1);
        _items.Clear();
        BytesUnderWay = 0;
        conditions.StalledUntil = 0;
        foreach (var item in items.AsSpan(0, kept)) _items.Enqueue(item with { ArrivesAt = Math.Min(item.ArrivesAt, now) });
        _items.Enqueue(new Item(null, now, (ushort)CloseCode.Abnormal, "reset"));
        return items.Length - kept;
    }

    private long ArrivalOf(int bytes, long now)
    {
        _writtenAt = Math.Max(_writtenAt, now);
        if (conditions.BytesPerSecond > 0) _writtenAt += bytes * TimeSpan.TicksPerSecond / conditions.BytesPerSecond;
        var arrival = _writtenAt + conditions.Latency;
        if (conditions.LossProbability > 0 && rng.Chance(conditions.LossProbability))
        {
            arrival += rng.Between(RepeatedAfterMin, RepeatedAfterMax);
        }
        else if (arrival < _lastArrival)
        {
            HeldUp++;
        }

        // Head-of-line blocking: nothing overtakes.
        _lastArrival = Math.Max(_lastArrival, arrival);
        return _lastArrival;
    }
}
