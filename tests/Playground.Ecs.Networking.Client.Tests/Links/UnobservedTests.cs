using System.Collections.Concurrent;

namespace Playground.Ecs.Networking.Client.Tests.Links;

/// <summary>No task of the client fails unseen, in any test of its links.</summary>
[SetUpFixture]
public sealed class UnobservedTests
{
    private readonly ConcurrentQueue<Exception> _unobserved = new();

    [OneTimeSetUp]
    public void Listen() => TaskScheduler.UnobservedTaskException += Note;

    [OneTimeTearDown]
    public void Nothing_failed_unseen()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        TaskScheduler.UnobservedTaskException -= Note;
        Assert.That(_unobserved, Is.Empty);
    }

    private void Note(object? sender, UnobservedTaskExceptionEventArgs e) => _unobserved.Enqueue(e.Exception);
}
