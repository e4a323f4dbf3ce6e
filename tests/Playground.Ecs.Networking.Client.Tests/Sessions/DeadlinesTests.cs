using Playground.Ecs.Networking.Client.Sessions;

namespace Playground.Ecs.Networking.Client.Tests.Sessions;

/// <summary>Deadlines of what waits, in order and bounded by what still waits.</summary>
public sealed class DeadlinesTests
{
    [Test]
    public void What_ended_long_before_its_deadline_is_not_kept_until_then()
    {
        var deadlines = new Deadlines();
        for (var i = 0; i < 100_000; i++)
        {
            var delivery = new Delivery(static _ => { }, TimeSpan.FromHours(1).Ticks + i);
            deadlines.Add(delivery);
            if (i % 100 != 0) delivery.Acknowledge();
        }

        Assert.That(deadlines.Count, Is.LessThanOrEqualTo(3000));
        var due = 0;
        while (deadlines.TryTakeDue(long.MaxValue - 1, out var waiting))
        {
            Assert.That(waiting.IsOver, Is.False);
            Assert.That(waiting.Deadline, Is.EqualTo(TimeSpan.FromHours(1).Ticks + (100 * due)));
            due++;
        }

        Assert.That(due, Is.EqualTo(1000));
    }
}
