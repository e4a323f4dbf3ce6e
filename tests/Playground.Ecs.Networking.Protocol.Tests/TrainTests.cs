using System.Buffers;
using CsCheck;

namespace Playground.Ecs.Networking.Protocol.Tests;

public class TrainTests
{
    private static readonly PacketHeader Plain = new(1000, 1, Priority.Normal);
    private static readonly PacketHeader More = Plain.WithFlags(PacketFlags.MoreFragments);
    private static readonly PacketHeader MoreReliable = Plain.WithFlags(PacketFlags.MoreFragments | PacketFlags.Reliable);

    [Test]
    public void Any_payload_survives_being_split_and_put_together() =>
        Gen.Select(Generators.Header, Gen.OneOf(Gen.Int[0, 100_000], Gen.OneOf<int>(0, 16383, 16384, 16385, 32768, 262144)))
            .Sample(IsKept, iter: 300);

    [Test]
    public void Trains_of_all_lanes_and_reliabilities_pass_each_other()
    {
        var pool = new CountingPool();
        using var assembler = new TrainAssembler(262144, pool);
        var whole = Enumerable.Range(0, 8).Select(slot => Payload(20_000 + slot, slot)).ToArray();
        var headers = Enumerable.Range(0, 8).Select(slot => new PacketHeader(
            (ushort)(100 + slot), (ushort)slot, (Priority)(slot / 2), (PacketFlags)(slot % 2))).ToArray();

        for (var slot = 0; slot < 8; slot++) Assert.That(AddFragment(assembler, headers[slot], whole[slot], 0), Is.Null);
        for (var slot = 7; slot >= 0; slot--) Assert.That(AddFragment(assembler, headers[slot], whole[slot], 1), Is.EqualTo(whole[slot]));
        Assert.That(assembler.PendingBytes, Is.Zero);
    }

    [Test]
    public void Nothing_is_rented_for_packets_that_are_whole()
    {
        var pool = new CountingPool();
        using var assembler = new TrainAssembler(262144, pool);

        for (var i = 0; i < 100; i++) assembler.Add(Plain, new byte[100], out _);
        Assert.That(pool.Rented, Is.Zero);
    }

    [Test]
    public void What_is_rented_follows_what_arrived()
    {
        var pool = new CountingPool();
        using var assembler = new TrainAssembler(262144, pool);

        assembler.Add(More, new byte[10], out _);
        Assert.That(pool.Largest, Is.LessThanOrEqualTo(16));
        for (var i = 0; i < 20; i++) assembler.Add(More, new byte[10], out _);
        Assert.That(assembler.PendingBytes, Is.EqualTo(210));
        Assert.That(pool.Largest, Is.LessThanOrEqualTo(512));
        Assert.That(pool.Outstanding, Is.EqualTo(1));
    }

    [Test]
    public void The_end_of_a_link_discards_unreliable_partials_only()
    {
        var pool = new CountingPool();
        using var assembler = new TrainAssembler(262144, pool);
        assembler.Add(More, [1], out _);
        assembler.Add(MoreReliable, [2], out _);

        assembler.DiscardUnreliable();

        Assert.That(pool.Outstanding, Is.EqualTo(1));
        Assert.That(assembler.PendingBytes, Is.EqualTo(1));
        Assert.That(assembler.Add(Plain, [3], out _), Is.EqualTo(TrainStatus.Single));
        Assert.That(assembler.Add(Plain.WithFlags(PacketFlags.Reliable), [4], out var complete), Is.EqualTo(TrainStatus.Complete));
        Assert.That(complete.Span.ToArray(), Is.EqualTo(new byte[] { 2, 4 }));
        pool.Return(complete.Array!);
    }

    [Test]
    public void A_malformed_or_oversized_packet_takes_nothing()
    {
        var pool = new CountingPool();
        using var assembler = new TrainAssembler(100, pool);
        assembler.Add(More, new byte[60], out _);

        var otherType = new PacketHeader(1000, 2, Priority.Normal, PacketFlags.MoreFragments);
        Assert.That(assembler.Add(otherType, new byte[1], out _), Is.EqualTo(TrainStatus.Malformed));
        Assert.That(assembler.Add(More, new byte[41], out var complete), Is.EqualTo(TrainStatus.TooLarge));
        Assert.That(complete, Is.EqualTo(default(TrainBuffer)));
        Assert.That(assembler.PendingBytes, Is.EqualTo(60));
    }

    [Test]
    public void Disposal_returns_everything_once()
    {
        var pool = new CountingPool();
        var assembler = new TrainAssembler(262144, pool);
        assembler.Add(More, new byte[10], out _);
        assembler.Add(MoreReliable, new byte[10], out _);

        assembler.Dispose();
        assembler.Dispose();

        Assert.That(pool.Outstanding, Is.Zero);
        Assert.That(pool.Returned, Is.EqualTo(pool.Rented));
        Assert.That(() => assembler.Add(More, new byte[1], out _), Throws.InstanceOf<ObjectDisposedException>());
    }

    [Test]
    public void Hostile_packets_never_throw_and_never_hold_more_than_the_limit() =>
        Gen.Select(Gen.Int[0, 2], Gen.Int[0, 1], Gen.Int[0, 3], Gen.Int[0, 3], Gen.Int[0, 80])
            .Select((channel, type, priority, flags, length) =>
                (new PacketHeader((ushort)channel, (ushort)type, (Priority)priority, (PacketFlags)flags), length))
            .Array[0, 60].Sample(packets =>
            {
                var pool = new CountingPool();
                using (var assembler = new TrainAssembler(100, pool))
                {
                    foreach (var (header, length) in packets)
                    {
                        if (assembler.Add(header, new byte[length], out var complete) == TrainStatus.Complete) pool.Return(complete.Array!);
                        if (assembler.PendingBytes > 200 || complete.Length > 100) return false;
                    }
                }

                return pool.Outstanding == 0;
            }, iter: 5_000);

    [Test]
    public void Sizes_over_all_fragments_count_every_header()
    {
        Assert.That(PacketWriter.SizeOfTrain(0), Is.EqualTo(12));
        Assert.That(PacketWriter.SizeOfTrain(16384), Is.EqualTo(16384 + 12));
        Assert.That(PacketWriter.SizeOfTrain(16385), Is.EqualTo(16385 + 24));
        Assert.That(Fragmenter.Count(int.MaxValue), Is.EqualTo(131072));
    }

    private static bool IsKept(PacketHeader header, int length)
    {
        var pool = new CountingPool();
        using var assembler = new TrainAssembler(262144, pool);
        var payload = Payload(length, length);
        byte[]? last = null;
        var count = 0;
        foreach (var fragment in Fragmenter.Split(header, length))
        {
            var part = payload.AsSpan(fragment.Offset, fragment.Length);
            last = Taken(assembler.Add(fragment.Header, part, out var complete), part, complete);
            if (fragment.Header.IsReliable != header.IsReliable || fragment.Length > ProtocolLimits.FragmentBytes) return false;
            count++;
        }

        return last is not null && last.AsSpan().SequenceEqual(payload) && count == Fragmenter.Count(length) && assembler.PendingBytes == 0;
    }

    private static byte[]? AddFragment(TrainAssembler assembler, PacketHeader header, byte[] payload, int index)
    {
        var fragments = new List<Fragment>();
        foreach (var fragment in Fragmenter.Split(header, payload.Length)) fragments.Add(fragment);
        var part = payload.AsSpan(fragments[index].Offset, fragments[index].Length);
        return Taken(assembler.Add(fragments[index].Header, part, out var complete), part, complete);
    }

    private static byte[]? Taken(TrainStatus status, ReadOnlySpan<byte> part, TrainBuffer complete) => status switch
    {
        TrainStatus.Single => part.ToArray(),
        TrainStatus.Complete => complete.Span.ToArray(),
        _ => null,
    };

    private static byte[] Payload(int length, int seed)
    {
        var payload = new byte[length];
        for (var i = 0; i < length; i++) payload[i] = (byte)((i * 31) + (i >> 8) + seed);
        return payload;
    }
}
