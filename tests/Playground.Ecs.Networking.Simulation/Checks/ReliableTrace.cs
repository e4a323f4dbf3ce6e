using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Simulation.Traffic;

namespace Playground.Ecs.Networking.Simulation.Checks;

/// <summary>
/// All reliable packets of one direction of one session, as the wire showed them. A model of its own: numbers here are long
/// and do not wrap, and nothing of the code under test is asked.
/// </summary>
internal sealed class ReliableTrace(string name, Sequence last, int windowPackets, int windowBytes)
{
    private readonly long _first = last.Value + 1L;
    private readonly List<Stamped> _stamped = [];
    private readonly Dictionary<ushort, ExpectedPackets> _expected = [];
    private readonly PartialPayload[] _partials = new PartialPayload[4];

    private readonly record struct Stamped(ulong Hash, long EndBytes);

    private record struct PartialPayload(bool IsBegun, Label Label);

    /// <summary>The last packet that was given a number.</summary>
    public long LastStamped => _first + _stamped.Count - 1;

    /// <summary>What the writer knows to have arrived.</summary>
    public long Acknowledged { get; private set; } = last.Value;

    /// <summary>What arrived, over all links.</summary>
    public long Arrived { get; private set; } = last.Value;

    /// <summary>What the reader has ever said it has.</summary>
    public long Announced { get; private set; } = last.Value;

    /// <summary>Packets written again.</summary>
    public int Replayed { get; private set; }

    /// <summary>True when the numbers passed 65535.</summary>
    public bool HasWrapped => LastStamped > ushort.MaxValue;

    /// <summary>The trains that are under way.</summary>
    public PartialTrains Trains { get; } = new();

    /// <summary>The number behind a sequence that was stamped lately.</summary>
    public long Absolute(Sequence sequence) => Unwrap(sequence.Value, LastStamped);

    /// <summary>The writer wrote a packet.</summary>
    /// <param name="next">The number that has to come next on this link; null: the link's first one.</param>
    /// <param name="header">The packet's header.</param>
    /// <param name="payload">The packet's payload.</param>
    /// <returns>True when it was written before.</returns>
    public bool Writes(ref long? next, in PacketHeader header, ReadOnlySpan<byte> payload)
    {
        var number = Unwrap(header.Sequence, next ?? LastStamped);
        var lowest = next ?? Acknowledged + 1;

        // What is acknowledged while a replay is under way is left out of it.
        if (next is not null && number > lowest && number <= Acknowledged + 1) lowest = number;
        if (next is null && number <= Acknowledged) lowest = number;
        Demand(number == lowest, $"packet {number} was written where {lowest} had to come");
        Demand(number <= LastStamped + 1, $"packet {number} was written, but {LastStamped} was the last one");
        next = number + 1;
        var hash = Hash(header, payload);
        if (number > LastStamped)
        {
            Stamp(number, hash, header, payload);
            return false;
        }

        Demand(_stamped[(int)(number - _first)].Hash == hash, $"packet {number} was repeated with another content: {header}");
        Replayed++;
        return true;
    }

    /// <summary>A packet arrived.</summary>
    public void Arrives(ref long? next, in PacketHeader header)
    {
        var number = Unwrap(header.Sequence, next ?? Arrived);
        next = number + 1;
        Arrived = Math.Max(Arrived, number);
    }

    /// <summary>The reader wrote what it has: an Ack, a Hello or a Welcome.</summary>
    public void Announces(ushort sequence)
    {
        var number = Unwrap(sequence, Announced);
        Demand(number >= Announced, $"{number} was acknowledged after {Announced}");
        Demand(number <= Arrived, $"{number} was acknowledged, but only {Arrived} has arrived");
        Announced = number;
    }

    /// <summary>The writer was told what the reader has.</summary>
    public void Learns(ushort sequence) => Acknowledged = Math.Max(Acknowledged, Unwrap(sequence, Acknowledged));

    /// <summary>The reader's application got a packet.</summary>
    /// <param name="queue">Where it got it: packets of one queue are in order.</param>
    /// <param name="label">The packet's label.</param>
    public void Delivers(ushort queue, in Label label)
    {
        Demand(_expected.TryGetValue(queue, out var expected), $"{label} was delivered, and nothing was sent to channel {queue}");
        expected!.Deliver(name, label);
    }

    /// <summary>To be asked when the reader's application took all there was.</summary>
    /// <param name="everything">The session lives: whatever was stamped must be there, else what was acknowledged.</param>
    public void CheckDelivered(bool everything)
    {
        foreach (var expected in _expected.Values) expected.CheckDelivered(name, everything ? long.MaxValue : Announced);
    }

    private static long Unwrap(ushort sequence, long near) => near + unchecked((short)(sequence - (ushort)near));

    private void Stamp(long number, ulong hash, in PacketHeader header, ReadOnlySpan<byte> payload)
    {
        var bytes = PacketHeader.Size + payload.Length;
        var before = _stamped.Count > 0 ? _stamped[^1].EndBytes : 0;
        _stamped.Add(new Stamped(hash, before + bytes));
        var acknowledged = (int)(Acknowledged - _first);
        var unacknowledged = before + bytes - (acknowledged >= 0 ? _stamped[acknowledged].EndBytes : 0);
        Demand(number - Acknowledged <= windowPackets, $"{number - Acknowledged} packets are unacknowledged");
        Demand(unacknowledged <= windowBytes, $"{unacknowledged} bytes are unacknowledged");
        Trains.Take(header, payload.Length);
        if (header.Channel != ChannelId.Control && !PacketTypes.IsReserved(header.Type)) Expect(number, header, payload);
    }

    private void Expect(long number, in PacketHeader header, ReadOnlySpan<byte> payload)
    {
        ref var partial = ref _partials[(int)header.Priority];
        if (!partial.IsBegun) partial = new PartialPayload(true, Label.Peek(payload));
        if (header.HasMoreFragments) return;
        partial.IsBegun = false;
        if (!_expected.TryGetValue(header.Channel.Value, out var expected)) _expected.Add(header.Channel.Value, expected = new ExpectedPackets());
        expected.Add(number, partial.Label);
    }

    private static ulong Hash(in PacketHeader header, ReadOnlySpan<byte> payload)
    {
        var code = default(HashCode);
        code.Add(header.WithSequence(0));
        code.AddBytes(payload);
        return (uint)code.ToHashCode();
    }

    private void Demand(bool holds, string what)
    {
        if (!holds) throw new SimulationFailedException($"{name}: {what}");
    }
}
