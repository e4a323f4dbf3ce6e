using Playground.Ecs.Networking.Loop;

namespace Playground.Ecs.Networking.Tests.Loop;

[TestFixture]
public sealed class FrameScheduleTests
{
    [TestCase(10_000_000L, 60)]
    [TestCase(1_000_000_000L, 60)]
    [TestCase(1_000_000_000L, 144)]
    [TestCase(3L, 1_000)]
    public void Whole_seconds_fall_on_whole_seconds_however_long_it_ran(long frequency, int rate)
    {
        var schedule = new FrameSchedule(start: 17, frequency, rate);
        for (var second = 1; second <= 1_000; second++)
        {
            for (var frame = 0; frame < rate; frame++)
            {
                schedule.Advance(1);
            }

            Assert.That(schedule.Due, Is.EqualTo(17 + (second * frequency)));
        }
    }

    [Test]
    public void A_leap_over_many_frames_equals_single_steps()
    {
        var stepped = new FrameSchedule(5, 10_000_000, 60);
        var leapt = stepped;
        for (var i = 0; i < 12_345; i++)
        {
            stepped.Advance(1);
        }

        leapt.Advance(12_345);
        Assert.That(leapt.Due, Is.EqualTo(stepped.Due));
    }

    [Test]
    public void The_count_of_due_frames_is_exact_at_every_border()
    {
        var schedule = new FrameSchedule(0, 10_000_000, 60);
        schedule.Advance(7);
        Assert.That(schedule.CountDue(schedule.Due - 1), Is.Zero);
        for (var frames = 0; frames < 500; frames++)
        {
            var due = schedule.DueAfter(frames);
            Assert.That(schedule.CountDue(due), Is.EqualTo(frames + 1));
            Assert.That(schedule.CountDue(due - 1), Is.EqualTo(frames));
        }
    }

    [Test]
    public void A_clock_that_stood_for_years_does_not_overflow()
    {
        var schedule = new FrameSchedule(0, 1_000_000_000, 60);
        var year = 365L * 24 * 3_600;
        Assert.That(schedule.CountDue(year * 1_000_000_000), Is.EqualTo((year * 60) + 1));
    }
}
