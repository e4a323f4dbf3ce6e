namespace Playground.Ecs.Networking.Protocol.Tests;

public class ReliableWindowTests
{
    private const int BytesMax = 20_000;

    private CountingPool _pool = null!;
    private ReliableWindow _window = null!;

    [SetUp]
    public void Create()
    {
        _pool = new CountingPool();
        _window = new ReliableWindow(ProtocolLimits.ReliableWindowPackets, BytesMax, _pool, Sequence.BeforeFirst);
    }

    [TearDown]
    public void Nothing_stays_rented()
    {
        _window.Dispose();
        Assert.That(_pool.Outstanding, Is.Zero);
    }

    [Test]
    public void Packets_are_stamped_in_place_and_nothing_else_of_them_changes()
    {
        var packet = Packet(1000, 5, [1, 2, 3]);
        Assert.That(_window.Stamp(packet), Is.EqualTo(new Sequence(1)));
        Assert.That(PacketHeader.TryRead(packet, out var header));
        Assert.That(header, Is.EqualTo(new PacketHeader(1000, 5, Priority.High, PacketFlags.Reliable, 1, 3)));
        Assert.That(packet[PacketHeader.Size..], Is.EqualTo(new byte[] { 1, 2, 3 }));
        Assert.That(_window.Stamp(Packet(1000, 5, [])), Is.EqualTo(new Sequence(2)));
        Assert.That((_window.Packets, _window.Bytes, _window.IsEmpty), Is.EqualTo((2, 27, false)));
    }

    [Test]
    public void Acks_advance_repeat_go_back_or_are_impossible()
    {
        StampMany(5);
        Assert.That(_window.LastAcknowledged, Is.EqualTo(Sequence.BeforeFirst));
        Assert.That(_window.Acknowledge(new Sequence(0)), Is.EqualTo(AckStatus.Unchanged));
        Assert.That(_window.Acknowledge(new Sequence(3)), Is.EqualTo(AckStatus.Advanced));
        Assert.That((_window.LastAcknowledged, _window.Packets), Is.EqualTo((new Sequence(3), 2)));
        Assert.That(_window.Acknowledge(new Sequence(3)), Is.EqualTo(AckStatus.Unchanged));
        Assert.That(_window.Acknowledge(new Sequence(2)), Is.EqualTo(AckStatus.Stale));
        Assert.That(_window.Acknowledge(new Sequence(6)), Is.EqualTo(AckStatus.Impossible));
        Assert.That(_window.Acknowledge(new Sequence(3 + 32767)), Is.EqualTo(AckStatus.Impossible));
        Assert.That((_window.LastAcknowledged, _window.Packets), Is.EqualTo((new Sequence(3), 2)), "only an advance changes anything");
        Assert.That(_window.Acknowledge(new Sequence(5)), Is.EqualTo(AckStatus.Advanced));
        Assert.That((_window.IsEmpty, _window.LastAcknowledged, _window.LastStamped), Is.EqualTo((true, new Sequence(5), new Sequence(5))));
    }

    [Test]
    public void Numbers_wrap_around_and_so_do_acks()
    {
        using var window = new ReliableWindow(10, BytesMax, _pool, new Sequence(65533));
        var numbers = Enumerable.Range(0, 6).Select(_ => (int)window.Stamp(Packet(1000, 1, [])).Value).ToList();
        Assert.That(numbers, Is.EqualTo(new[] { 65534, 65535, 0, 1, 2, 3 }));
        Assert.That(window.LastAcknowledged, Is.EqualTo(new Sequence(65533)));
        Assert.That(window.Acknowledge(new Sequence(65532)), Is.EqualTo(AckStatus.Stale));
        Assert.That(window.Acknowledge(new Sequence(4)), Is.EqualTo(AckStatus.Impossible));
        Assert.That(window.Acknowledge(new Sequence(0)), Is.EqualTo(AckStatus.Advanced));
        Assert.That(window.Acknowledge(new Sequence(65535)), Is.EqualTo(AckStatus.Stale));
        Assert.That(Replayed(window), Is.EqualTo(new[] { 1, 2, 3 }));
    }

    [Test]
    public void It_is_full_at_1024_packets_and_an_ack_makes_room()
    {
        for (var i = 0; i < ProtocolLimits.ReliableWindowPackets; i++)
        {
            Assert.That(_window.HasRoomFor(PacketHeader.Size), $"for packet {i + 1}");
            _window.Stamp(Packet(1000, 1, []));
        }

        Assert.That(_window.HasRoomFor(PacketHeader.Size), Is.False);
        _window.Acknowledge(new Sequence(1));
        Assert.That(_window.HasRoomFor(PacketHeader.Size));
    }

    [Test]
    public void It_is_full_at_its_bytes_headers_included()
    {
        _window.Stamp(Packet(1000, 1, new byte[ProtocolLimits.FragmentBytes]));
        var left = BytesMax - ProtocolLimits.FragmentBytes - PacketHeader.Size;
        Assert.That((_window.HasRoomFor(left + 1), _window.HasRoomFor(left)), Is.EqualTo((false, true)));
        _window.Stamp(Packet(1000, 1, new byte[left - PacketHeader.Size]));
        Assert.That((_window.Bytes, _window.HasRoomFor(PacketHeader.Size)), Is.EqualTo((BytesMax, false)));
        _window.Acknowledge(new Sequence(1));
        Assert.That(_window.HasRoomFor(ProtocolLimits.FragmentBytes + PacketHeader.Size));
    }

    [Test]
    public void Everything_unacknowledged_is_repeated_in_portions_with_old_numbers()
    {
        var packets = new List<byte[]>();
        for (var i = 0; i < 10; i++)
        {
            packets.Add(Packet(1000, (ushort)i, new byte[i]));
            _window.Stamp(packets[^1]);
        }

        _window.Acknowledge(new Sequence(2));
        Assert.That(_window.IsReplaying, Is.False);
        _window.BeginReplay();
        Assert.That((_window.IsReplaying, _window.HasRoomFor(PacketHeader.Size)), Is.EqualTo((true, false)), "nothing new before what is old");

        var first = _window.TakeReplay(int.MaxValue, 3, out var count).ToArray();
        Assert.That((count, first), Is.EqualTo((3, Joined(packets[2..5]))));
        var second = _window.TakeReplay(17 + 18 + 18, 100, out count).ToArray();
        Assert.That((count, second), Is.EqualTo((2, Joined(packets[5..7]))), "whole packets within the bytes");
        Assert.That(_window.TakeReplay(18, 100, out count).ToArray(), Is.Empty);
        Assert.That((count, _window.IsReplaying), Is.EqualTo((0, true)));
        var last = _window.TakeReplay(int.MaxValue, 100, out count).ToArray();
        Assert.That((count, last), Is.EqualTo((3, Joined(packets[7..]))));
        Assert.That((_window.IsReplaying, _window.HasRoomFor(PacketHeader.Size)), Is.EqualTo((false, true)));
        Assert.That(_window.TakeReplay(int.MaxValue, 100, out count).ToArray(), Is.Empty);
        Assert.That(_window.Stamp(Packet(1000, 1, [])), Is.EqualTo(new Sequence(11)));
    }

    [Test]
    public void An_ack_during_the_repetition_skips_what_it_covers()
    {
        StampMany(10);
        _window.BeginReplay();
        _window.TakeReplay(int.MaxValue, 2, out _);
        _window.Acknowledge(new Sequence(1));
        Assert.That(Numbers(_window.TakeReplay(int.MaxValue, 1, out _)), Is.EqualTo(new[] { 3 }), "behind where the repetition stood");
        _window.Acknowledge(new Sequence(6));
        Assert.That(Numbers(_window.TakeReplay(int.MaxValue, 2, out _)), Is.EqualTo(new[] { 7, 8 }), "beyond where it stood");
        _window.Acknowledge(new Sequence(10));
        Assert.That((_window.IsReplaying, _window.IsEmpty), Is.EqualTo((false, true)));
        Assert.That(_window.TakeReplay(int.MaxValue, 100, out _).Length, Is.Zero);
    }

    [Test]
    public void A_second_link_lost_in_the_repetition_begins_it_again()
    {
        StampMany(4);
        _window.BeginReplay();
        _window.TakeReplay(int.MaxValue, 3, out _);
        Assert.That(Replayed(_window), Is.EqualTo(new[] { 1, 2, 3, 4 }));
    }

    [Test]
    public void The_repetition_of_nothing_is_over_at_once()
    {
        _window.BeginReplay();
        Assert.That((_window.IsReplaying, _window.TakeReplay(100, 100, out _).Length), Is.EqualTo((false, 0)));
        StampMany(2);
        _window.Acknowledge(new Sequence(2));
        _window.BeginReplay();
        Assert.That((_window.IsReplaying, _window.HasRoomFor(PacketHeader.Size)), Is.EqualTo((false, true)));
    }

    [Test]
    public void It_rents_what_it_needs_and_returns_it_when_everything_is_acknowledged()
    {
        Assert.That(_pool.Rented, Is.Zero);
        _window.Stamp(Packet(1000, 1, []));
        Assert.That(_pool.Largest, Is.LessThanOrEqualTo(1024));
        for (var i = 0; i < 100; i++) _window.Stamp(Packet(1000, 1, new byte[100]));
        Assert.That(_pool.Outstanding, Is.EqualTo(1));
        Assert.That(_pool.Largest, Is.LessThanOrEqualTo(4 * _window.Bytes));
        Assert.That(Replayed(_window), Is.EqualTo(Enumerable.Range(1, 101)), "growth moved all of it");
        _window.Acknowledge(_window.LastStamped);
        Assert.That(_pool.Outstanding, Is.Zero);
    }

    [Test]
    public void A_window_that_always_holds_something_rents_no_more_and_no_more()
    {
        _window.Stamp(Packet(1000, 1, new byte[100]));
        for (var i = 0; i < 2_000; i++)
        {
            _window.Stamp(Packet(1000, 1, new byte[100]));
            _window.Acknowledge(new Sequence((ushort)(_window.LastStamped.Value - 1)));
        }

        Assert.That((_pool.Rented, _pool.Largest), Is.EqualTo((1, 1024)));
    }

    [Test]
    public void Disposal_drops_everything_once_and_keeps_the_numbers()
    {
        StampMany(3);
        _window.Dispose();
        _window.Dispose();
        Assert.That((_pool.Outstanding, _pool.Returned), Is.EqualTo((0, _pool.Rented)));
        Assert.That((_window.IsEmpty, _window.LastStamped, _window.LastAcknowledged), Is.EqualTo((true, new Sequence(3), new Sequence(3))));
    }

    [Test]
    public void Limits_out_of_range_are_refused()
    {
        Assert.That(() => Create(0, BytesMax), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => Create(1025, BytesMax), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => Create(1, PacketHeader.Size + ProtocolLimits.FragmentBytes - 1), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => Create(1024, PacketHeader.Size + ProtocolLimits.FragmentBytes), Throws.Nothing);

        void Create(int packetsMax, int bytesMax) => new ReliableWindow(packetsMax, bytesMax, _pool, default).Dispose();
    }

    private static byte[] Packet(ChannelId channel, ushort type, byte[] payload)
    {
        var packet = new byte[PacketWriter.SizeOf(payload.Length)];
        PacketWriter.Write(packet, new PacketHeader(channel, type, Priority.High, PacketFlags.Reliable), payload);
        return packet;
    }

    private static byte[] Joined(IEnumerable<byte[]> packets) => [.. packets.SelectMany(packet => packet)];

    private static List<int> Replayed(ReliableWindow window)
    {
        window.BeginReplay();
        return Numbers(window.TakeReplay(int.MaxValue, int.MaxValue, out _));
    }

    private static List<int> Numbers(ReadOnlySpan<byte> packets)
    {
        var numbers = new List<int>();
        var reader = new PacketReader(packets);
        while (reader.TryRead(out var header, out _)) numbers.Add(header.Sequence);
        return numbers;
    }

    private void StampMany(int count)
    {
        for (var i = 0; i < count; i++) _window.Stamp(Packet(1000, (ushort)i, [(byte)i]));
    }
}
