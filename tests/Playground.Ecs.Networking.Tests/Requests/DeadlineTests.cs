using Playground.Ecs.Networking.Loop;
using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Requests;
using Playground.Ecs.Networking.Testing.Frames;

namespace Playground.Ecs.Networking.Tests.Requests;

public sealed class DeadlineTests
{
    [Test]
    public void Answered_requests_do_not_pile_up_until_their_deadlines()
    {
        var deadlines = new Deadlines<PendingRequest>(static request => request.IsDone);
        var waiting = Pending();
        deadlines.Add(waiting, 1_000_000);
        for (var i = 0; i < 10_000; i++)
        {
            var answered = Pending();
            deadlines.Add(answered, 500_000 + i);
            answered.IsDone = true;
            Assert.That(deadlines.Count, Is.LessThan(200));
        }

        Assert.That(deadlines.TryTakeDue(999_999, out _), Is.False);
        Assert.That(deadlines.TryTakeDue(1_000_000, out var due));
        Assert.That((due, deadlines.IsEmpty), Is.EqualTo((waiting, true)));
    }

    [Test]
    public void They_are_due_in_order_whatever_was_answered_between([Values(1, 2, 3)] int seed)
    {
        var random = new Random(seed);
        var deadlines = new Deadlines<PendingRequest>(static request => request.IsDone);
        var waiting = new List<(long Deadline, PendingRequest Request)>();
        for (var now = 0; now < 5_000; now++)
        {
            if (random.Next(3) > 0)
            {
                waiting.Add((now + random.Next(500), Pending()));
                deadlines.Add(waiting[^1].Request, waiting[^1].Deadline);
            }

            if (waiting.Count > 0 && random.Next(2) == 0)
            {
                var index = random.Next(waiting.Count);
                waiting[index].Request.IsDone = true;
                waiting.RemoveAt(index);
            }

            while (deadlines.TryTakeDue(now, out var due))
            {
                Assert.That(waiting.RemoveAll(w => w.Request == due && w.Deadline <= now), Is.EqualTo(1));
            }

            Assert.That(waiting.Count(w => w.Deadline <= now), Is.Zero);
        }
    }

    [Test]
    public async Task Frames_without_requests_allocate_nothing_even_after_some()
    {
        await using var harness = await NetworkHarness.StartAsync();
        var channel = harness.System.RegisterPlugin("x", new() { RequestHandler = static (request, _) => new(request.Body) }).Unwrap();
        var asked = Enumerable.Range(0, 100).Select(_ => harness.System.RequestAsync(channel.Id, 1, default).AsTask()).ToList();
        harness.Step(10);
        foreach (var answer in asked) (await answer).Unwrap();
        for (var i = 0; i < 100; i++) harness.System.Requests.Run();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++) harness.System.Requests.Run();
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    private static PendingRequest Pending() => new(null!, 1, Priority.Normal);
}
