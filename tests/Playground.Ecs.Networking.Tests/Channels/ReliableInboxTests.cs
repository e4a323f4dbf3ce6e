using Playground.Ecs.Networking.Channels;
using Playground.Ecs.Networking.Links;
using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.Tests.Channels;

/// <summary>An inbox of ten packets and a thousand bytes, told of frames by hand.</summary>
public sealed class ReliableInboxTests
{
    private const int PacketsMax = 10;
    private const int BytesMax = 1_000;

    private BufferPool _pool = null!;
    private InboxList _list = null!;
    private Inbox _inbox = null!;

    [SetUp]
    public void Create()
    {
        _pool = new BufferPool(long.MaxValue);
        _list = new InboxList();
        _inbox = new Inbox(PacketsMax, BytesMax, _pool, _list);
    }

    [TearDown]
    public void Nothing_stays_rented()
    {
        _inbox.IsClosed = true;
        _inbox.EndFrame();
        Assert.That(_pool.RentedCount, Is.Zero);
    }

    [Test]
    public void Reliable_packets_stay_and_the_oldest_unreliable_ones_go([Values] bool acrossFrames)
    {
        for (ushort i = 0; i < 30; i++)
        {
            Append(i, isReliable: i % 5 == 0);
            if (acrossFrames) _inbox.EndFrame();
        }

        Assert.That(_inbox.Count, Is.EqualTo(PacketsMax));
        Assert.That(Take(), Is.EqualTo(new[] { 0, 5, 10, 15, 20, 25, 26, 27, 28, 29 }));
        Assert.That((_inbox.Dropped, _list.Dropped), Is.EqualTo((20, 20)));
        Assert.That((_inbox.Count, _inbox.Bytes), Is.EqualTo((0, 0)));
    }

    [Test]
    public void An_unreliable_packet_that_finds_reliable_ones_only_is_dropped_itself()
    {
        for (ushort i = 0; i < PacketsMax; i++) Append(i, isReliable: true);
        Append(99, isReliable: false);
        Assert.That(Take(), Is.EqualTo(Enumerable.Range(0, PacketsMax)));
        Assert.That(_inbox.Dropped, Is.EqualTo(1));
    }

    [Test]
    public void An_unreliable_packet_too_large_for_what_the_reliable_ones_leave_drops_no_others()
    {
        Append(1, isReliable: true, 600);
        Append(2, isReliable: false, 300);
        Append(3, isReliable: false, 500);
        Assert.That(Take(), Is.EqualTo(new[] { 1, 2 }));
        Assert.That(_inbox.Dropped, Is.EqualTo(1));
    }

    [Test]
    public void A_reliable_packet_makes_room_for_itself()
    {
        for (ushort i = 0; i < PacketsMax; i++) Append(i, isReliable: false, 100);
        Append(50, isReliable: true, 250);
        Assert.That(Take(), Is.EqualTo(new[] { 3, 4, 5, 6, 7, 8, 9, 50 }));
    }

    [Test]
    public void It_accepts_reliable_packets_until_they_alone_fill_it()
    {
        for (ushort i = 0; i < PacketsMax; i++) Append(i, isReliable: false, 100);
        Assert.That(_inbox.AcceptsReliable(BytesMax), "unreliable ones give way");
        Append(50, isReliable: true, 400);
        Stage(51, isReliable: true, 500);
        Assert.That((_inbox.AcceptsReliable(101), _inbox.AcceptsReliable(100)), Is.EqualTo((false, true)));
        for (ushort i = 0; i < PacketsMax - 2; i++)
        {
            Assert.That(_inbox.AcceptsReliable(0), $"with {i + 2} of them");
            Append(i, isReliable: true);
        }

        Assert.That(_inbox.AcceptsReliable(0), Is.False);
        Take();
        Assert.That((_inbox.AcceptsReliable(500), _inbox.AcceptsReliable(501)), Is.EqualTo((true, false)), "the staged one still waits");
        _inbox.PublishStaged();
        Assert.That(Take(), Is.EqualTo(new[] { 51 }));
        Assert.That(_inbox.AcceptsReliable(BytesMax));
    }

    [Test]
    public void A_reliable_packet_is_never_dropped_even_when_nobody_asked()
    {
        for (ushort i = 0; i < 25; i++)
        {
            Append(i, isReliable: true, 100);
            Stage((ushort)(100 + i), isReliable: true, 100);
        }

        _inbox.PublishStaged();
        Assert.That((_inbox.Count, _inbox.Dropped, _inbox.AcceptsReliable(0)), Is.EqualTo((50, 0, false)));
        Assert.That(Take(), Is.EqualTo(Enumerable.Range(0, 25).Concat(Enumerable.Range(100, 25))));
    }

    [Test]
    public void Staged_reliable_packets_stay_and_the_oldest_unreliable_staged_ones_go()
    {
        for (ushort i = 0; i < 30; i++) Stage(i, isReliable: i % 10 == 0);
        Assert.That(_inbox.Count, Is.Zero);
        _inbox.PublishStaged();
        Assert.That(Take(), Is.EqualTo(new[] { 0, 10, 20, 23, 24, 25, 26, 27, 28, 29 }));
        Assert.That(_inbox.Dropped, Is.EqualTo(20));
    }

    [Test]
    public void What_was_taken_stays_readable_while_packets_behind_it_come_and_go()
    {
        for (ushort i = 0; i < PacketsMax; i++) Append(i, isReliable: i % 2 == 0, 50);
        var taken = _inbox.Take();
        for (ushort i = 0; i < 200; i++) Append((ushort)(1000 + i), isReliable: i % 40 == 0, 50);
        for (var i = 0; i < PacketsMax; i++)
        {
            Assert.That(taken[i].PacketType, Is.EqualTo(i));
            Assert.That(taken[i].Data.ToArray(), Is.All.EqualTo((byte)i));
        }

        Assert.That(Take(), Is.EqualTo(new[] { 1000, 1040, 1080, 1120, 1160, 1195, 1196, 1197, 1198, 1199 }));
    }

    [Test]
    [MaxTime(4_000)]
    public void Dropping_does_not_look_at_the_reliable_packets_in_front_again_and_again([Values] bool staged)
    {
        const int Reliable = 50_000;
        _inbox = new Inbox(Reliable + 10_000, int.MaxValue, _pool, _list);
        for (var i = 0; i < Reliable; i++) Put(i, isReliable: true);
        for (var i = 0; i < 1_000_000; i++) Put(i, isReliable: false);
        _inbox.PublishStaged();
        Assert.That(_inbox.Count, Is.EqualTo(Reliable + 10_000));
        Assert.That(_inbox.Dropped, Is.EqualTo(1_000_000 - 10_000));

        void Put(int i, bool isReliable)
        {
            if (staged) Stage((ushort)i, isReliable, 1);
            else Append((ushort)i, isReliable, 1);
        }
    }

    [Test]
    public void An_inbox_in_use_allocates_nothing([Values] bool isFull)
    {
        for (var frame = 0; frame < 50; frame++) RunFrame();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var frame = 0; frame < 200; frame++) RunFrame();
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);

        void RunFrame()
        {
            for (ushort i = 0; i < (isFull ? 100 : 5); i++)
            {
                var packet = new ReceivedPacket(default, Entity.Null, 1000, i, Priority.Normal, i % 20 == 0);
                _inbox.Append(packet);
                if (i % 2 == 0) _inbox.Stage(packet, default);
            }

            _inbox.PublishStaged();
            _ = _inbox.Take();
            _inbox.EndFrame();
        }
    }

    private void Append(ushort type, bool isReliable, int bytes = 0) =>
        _inbox.Append(new ReceivedPacket(Filled(type, bytes), Entity.Null, 1000, type, Priority.Normal, isReliable));

    private void Stage(ushort type, bool isReliable, int bytes = 0) =>
        _inbox.Stage(new ReceivedPacket(default, Entity.Null, 1000, type, Priority.Normal, isReliable), Filled(type, bytes));

    private int[] Take() => [.. _inbox.Take().ToArray().Select(p => (int)p.PacketType)];

    private static byte[] Filled(ushort type, int bytes)
    {
        var data = new byte[bytes];
        data.AsSpan().Fill((byte)type);
        return data;
    }
}
