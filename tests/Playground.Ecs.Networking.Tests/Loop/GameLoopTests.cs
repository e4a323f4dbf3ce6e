using Microsoft.Extensions.Time.Testing;
using Playground.Ecs.Networking.Loop;

namespace Playground.Ecs.Networking.Tests.Loop;

[TestFixture]
public sealed class GameLoopTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    private static GameLoopOptions Options(FakeTimeProvider time, int rate = 50, int catchUp = 5) =>
        new() { TimeProvider = time, FrameRate = rate, CatchUpFramesMax = catchUp };

    [Test]
    public async Task The_first_frame_is_due_at_once_and_the_next_one_a_step_later()
    {
        var time = new FakeTimeProvider();
        var steps = new List<float>();
        await using var loop = new GameLoop(steps.Add, Options(time));

        Assert.That((loop.TryStep(), loop.TryStep()), Is.EqualTo((true, false)));
        time.Advance(TimeSpan.FromMilliseconds(19.9));
        Assert.That(loop.TryStep(), Is.False);
        time.Advance(TimeSpan.FromMilliseconds(0.1));
        Assert.That(loop.TryStep(), Is.True);
        Assert.That(steps, Is.EqualTo<float>([0.02f, 0.02f]));
        Assert.That((loop.Frames, loop.LateFrames, loop.DroppedFrames), Is.EqualTo((2L, 0L, 0L)));
    }

    [Test]
    public async Task A_rate_that_does_not_divide_the_clock_does_not_drift()
    {
        var time = new FakeTimeProvider();
        await using var loop = new GameLoop(_ => { }, Options(time, rate: 60));
        loop.TryStep();
        for (var ms = 1; ms <= 60_000; ms++)
        {
            time.Advance(TimeSpan.FromMilliseconds(1));
            while (loop.TryStep())
            {
            }
        }

        Assert.That((loop.Frames, loop.DroppedFrames), Is.EqualTo((3_601L, 0L)));
        Assert.That(loop.Delays.Read().Max, Is.LessThan(TimeSpan.FromMilliseconds(1)));
    }

    [Test]
    public async Task Overdue_frames_are_caught_up_to_the_limit_and_dropped_beyond_it()
    {
        var time = new FakeTimeProvider();
        await using var loop = new GameLoop(_ => { }, Options(time, catchUp: 3));
        loop.TryStep();
        time.Advance(TimeSpan.FromMilliseconds(210));

        var ran = 0;
        while (loop.TryStep())
        {
            ran++;
        }

        Assert.That((ran, loop.DroppedFrames), Is.EqualTo((3, 7L)));
        // Two of the three ended with another one due already: 160 and 180 ms, but not 200.
        Assert.That(loop.LateFrames, Is.EqualTo(2L));
        time.Advance(TimeSpan.FromMilliseconds(10));
        Assert.That((loop.TryStep(), loop.TryStep()), Is.EqualTo((true, false)));
    }

    [Test]
    public async Task A_frame_that_outlasts_its_step_is_late_and_its_duration_is_kept()
    {
        var time = new FakeTimeProvider();
        await using var loop = new GameLoop(_ => time.Advance(TimeSpan.FromMilliseconds(30)), Options(time));
        loop.TryStep();
        Assert.That((loop.Frames, loop.LateFrames), Is.EqualTo((1L, 1L)));
        Assert.That(loop.Durations.Read().Max, Is.EqualTo(TimeSpan.FromMilliseconds(30)));
        Assert.That(loop.TryStep(), Is.True);
        Assert.That(loop.Delays.Read().Max, Is.EqualTo(TimeSpan.FromMilliseconds(10)));
    }

    [Test]
    public async Task Frames_run_by_count_ask_no_clock()
    {
        var ran = 0;
        await using var loop = new GameLoop(_ => ran++, Options(new FakeTimeProvider()));
        loop.RunFrames(100);
        Assert.That((ran, loop.Frames, loop.LateFrames, loop.DroppedFrames), Is.EqualTo((100, 100L, 0L, 0L)));
    }

    [Test]
    public async Task Run_leaves_by_its_token_while_it_waits()
    {
        var time = new FakeTimeProvider();
        using var first = new ManualResetEventSlim();
        using var source = new CancellationTokenSource();
        await using var loop = new GameLoop(_ => first.Set(), Options(time));

        var running = Task.Run(() => loop.Run(source.Token));
        Assert.That(first.Wait(Deadline));
        await source.CancelAsync();
        await running.WaitAsync(Deadline);
        Assert.That(loop.Frames, Is.EqualTo(1L));
    }

    [Test]
    public async Task A_pause_between_two_runs_is_not_caught_up()
    {
        var time = new FakeTimeProvider();
        using var source = new CancellationTokenSource();
        await using var loop = new GameLoop(_ => source.Cancel(), Options(time));
        loop.Run(source.Token);
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.That(loop.TryStep(), Is.True);
        Assert.That((loop.TryStep(), loop.DroppedFrames), Is.EqualTo((false, 0L)));
    }

    [Test]
    public async Task A_thread_of_its_own_follows_the_clock()
    {
        var time = new FakeTimeProvider();
        using var frames = new SemaphoreSlim(0);
        (string?, bool) thread = default;
        await using var loop = new GameLoop(
            _ =>
            {
                thread = (Thread.CurrentThread.Name, Thread.CurrentThread.IsBackground);
                frames.Release();
            },
            Options(time) with { ThreadName = "arena" });
        loop.Start();
        for (var i = 0; i < 20; i++)
        {
            Assert.That(await frames.WaitAsync(Deadline), $"frame {i}");
            time.Advance(TimeSpan.FromMilliseconds(20));
        }

        await loop.StopAsync().WaitAsync(Deadline);
        Assert.That(thread, Is.EqualTo(("arena", true)));
        Assert.That(() => loop.Start(), Throws.InvalidOperationException);
    }

    [Test]
    public async Task The_system_clock_holds_the_rate()
    {
        using var done = new ManualResetEventSlim();
        var ran = 0;
        await using var loop = new GameLoop(
            _ =>
            {
                if (++ran == 50)
                {
                    done.Set();
                }
            },
            new GameLoopOptions { FrameRate = 200 });
        var began = TimeProvider.System.GetTimestamp();
        loop.Start();
        Assert.That(done.Wait(Deadline));
        // 50 frames cannot end before 49 steps passed, however late each of them was.
        Assert.That(TimeProvider.System.GetElapsedTime(began), Is.GreaterThan(TimeSpan.FromMilliseconds(244)));
        await loop.StopAsync();
    }

    [Test]
    public async Task A_frame_may_stop_its_own_loop()
    {
        GameLoop? loop = null;
        loop = new GameLoop(_ => loop!.Stop(), new GameLoopOptions { FrameRate = 1_000 });
        loop.Start();
        await loop.StopAsync().WaitAsync(Deadline);
        Assert.That(loop.Frames, Is.LessThanOrEqualTo(1L));
        await loop.DisposeAsync();
    }

    [Test]
    public async Task What_a_frame_throws_leaves_Run()
    {
        await using var loop = new GameLoop(_ => throw new InvalidDataException("frame"), Options(new FakeTimeProvider()));
        Assert.That(() => loop.Run(CancellationToken.None), Throws.TypeOf<InvalidDataException>());
        Assert.That(() => loop.TryStep(), Throws.TypeOf<InvalidDataException>());
        Assert.That(() => loop.RunFrames(1), Throws.TypeOf<InvalidDataException>());
    }

    [Test]
    public async Task What_a_frame_throws_reaches_the_event_and_StopAsync()
    {
        var told = new TaskCompletionSource<Exception>();
        await using var loop = new GameLoop(_ => throw new InvalidDataException("frame"), Options(new FakeTimeProvider()));
        loop.Failed += told.SetResult;
        loop.Start();
        Assert.That(await told.Task.WaitAsync(Deadline), Is.TypeOf<InvalidDataException>());
        Assert.That(async () => await loop.StopAsync().WaitAsync(Deadline), Throws.TypeOf<InvalidDataException>());
    }

    [Test]
    public void What_a_frame_throws_leaves_disposal_when_nobody_was_told()
    {
        var loop = new GameLoop(_ => throw new InvalidDataException("frame"), Options(new FakeTimeProvider()));
        loop.Start();
        Assert.That(async () => await loop.DisposeAsync().AsTask().WaitAsync(Deadline), Throws.TypeOf<InvalidDataException>());
    }

    [Test]
    public async Task A_loop_within_its_own_frame_is_refused()
    {
        GameLoop? loop = null;
        loop = new GameLoop(_ => loop!.TryStep(), Options(new FakeTimeProvider()));
        Assert.That(() => loop.RunFrames(1), Throws.InvalidOperationException);
        await loop.DisposeAsync();
    }

    [TestCase(0, 5)]
    [TestCase(1_001, 5)]
    [TestCase(60, 0)]
    public void Options_that_cannot_work_are_refused(int rate, int catchUp) =>
        Assert.That(
            () => new GameLoop(_ => { }, new GameLoopOptions { FrameRate = rate, CatchUpFramesMax = catchUp }),
            Throws.InstanceOf<ArgumentOutOfRangeException>());

    [Test]
    public void A_frame_allocates_nothing()
    {
        var time = new FakeTimeProvider();
        var loop = new GameLoop(_ => { }, Options(time));
        loop.RunFrames(10);
        loop.TryStep();
        loop.Durations.Read();
        var before = GC.GetAllocatedBytesForCurrentThread();
        loop.RunFrames(1_000);
        loop.TryStep();
        loop.Durations.Read();
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }
}
