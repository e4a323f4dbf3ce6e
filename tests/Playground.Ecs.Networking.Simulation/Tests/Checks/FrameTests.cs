using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Simulation.Checks;
using Playground.Ecs.Networking.Simulation.Network;
using Playground.Ecs.Networking.Sockets;

namespace Playground.Ecs.Networking.Simulation.Tests.Checks;

/// <summary>Lanes within a frame and over many, and arrays that are rented.</summary>
[TestFixture]
public sealed class FrameTests
{
    private const int MessageBytes = 50;

    private static readonly int Low = FrameMarks.BitOf(Priority.Low, isReliable: false);

    [Test]
    public void Lane_that_goes_back_up_within_a_frame_fails()
    {
        var order = new LaneOrder();
        order.Take(1, Header(Priority.High), "test");
        order.Take(1, Header(Priority.High), "test");
        order.Take(1, Header(Priority.Low), "test");
        Assert.That(() => order.Take(1, Header(Priority.Normal), "test"), Fails.Saying("lane Normal was sent behind one of lane Low"));
    }

    [Test]
    public void Each_frame_begins_with_any_lane()
    {
        var order = new LaneOrder();
        order.Take(1, Header(Priority.Low), "test");
        order.Take(2, Header(Priority.Critical), "test");
        order.Take(-1, Header(Priority.Low), "a frame that is not known");
        order.Take(2, Header(Priority.Critical), "test");
        order.Restart();
        order.Take(2, Header(Priority.Critical), "test");
    }

    [Test]
    public void Messages_are_told_apart_by_their_frames_also_when_they_are_taken_later()
    {
        var marks = new FrameMarks();
        EndFrame(marks, 1, messages: 2, waiting: 0);
        EndFrame(marks, 2, messages: 3, waiting: 0);
        Assert.That(new[] { Take(marks), Take(marks), Take(marks), Take(marks) }, Is.EqualTo(new long[] { 1, 1, 2, -1 }));
    }

    [Test]
    public void Lane_that_waits_while_others_are_sent_for_more_than_30_frames_starves()
    {
        var marks = new FrameMarks();
        for (var frame = 1; frame <= 32; frame++) SendHigh(marks, frame, Low);
        Assert.That(() => SendHigh(marks, 33, Low), Fails.Saying("lane Low waited 32 frames"));
    }

    [Test]
    public void Lane_that_is_sent_once_in_30_frames_does_not_starve()
    {
        var marks = new FrameMarks();
        for (var frame = 1; frame <= 200; frame++)
        {
            SendHigh(marks, frame, Low);
            if (frame % 30 == 0) marks.Sees(Header(Priority.Low));
        }
    }

    [TestCase(false, 0)]
    [TestCase(true, 2)]
    public void Lane_does_not_starve_while_nothing_is_sent_or_its_receiver_has_no_room_for_its_train(bool hasFlushed, int trains)
    {
        var marks = new FrameMarks();
        for (var frame = 1; frame <= 200; frame++) SendHigh(marks, frame, Low, hasFlushed, trains);
    }

    [Test]
    public void Array_that_is_not_returned_or_twice_or_from_elsewhere_is_found()
    {
        var pool = new CheckedPool();
        var array = pool.Rent(100);
        var kept = pool.Rent(100);
        Assert.That(pool.RentedCount, Is.EqualTo(2));
        pool.Return(array);
        Assert.That(array, Is.All.EqualTo(0xDD), "nobody reads on unnoticed");
        Assert.That(() => pool.Return(array), Fails.Saying("not rented from it"));
        Assert.That(() => pool.Return(new byte[128]), Fails.Saying("not rented from it"));
        Assert.That(pool.RentedCount, Is.EqualTo(1), "one is kept");
        Assert.That(kept, Is.Not.SameAs(pool.Rent(100)));
    }

    private static PacketHeader Header(Priority lane) => new(100, 1, lane);

    private static void EndFrame(FrameMarks marks, int frame, int messages, int waiting, bool hasFlushed = true) =>
        marks.EndFrame(frame, messages * (long)(FrameHeader.ServerLength(MessageBytes) + MessageBytes), waiting, hasFlushed);

    private static long Take(FrameMarks marks, int trains = 0) => marks.Take(MessageBytes, 0, trains, "test");

    private static void SendHigh(FrameMarks marks, int frame, int waiting, bool hasFlushed = true, int trains = 0)
    {
        EndFrame(marks, frame, frame, waiting, hasFlushed);
        Take(marks, trains);
        marks.Sees(Header(Priority.High));
    }
}
