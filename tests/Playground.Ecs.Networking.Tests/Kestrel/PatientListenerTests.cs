using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Playground.Ecs.Networking.Kestrel;
using Playground.Ecs.Networking.Links;
using Playground.Ecs.Networking.Tests.Frames;

namespace Playground.Ecs.Networking.Tests.Kestrel;

/// <summary>Kestrel's listener where accepting fails for a while.</summary>
public sealed class PatientListenerTests
{
    [Test]
    public async Task Out_of_descriptors_accepting_resumes_when_they_come_back_and_it_is_said_once()
    {
        var log = new LogLines();
        var inner = new FailingListener(failures: 3);
        await using var listener = Listen(inner, log);
        Assert.That(await listener.AcceptAsync(), Is.Not.Null);
        Assert.That((inner.Accepts, log.Lines.Count(l => l.Id == 101)), Is.EqualTo((4, 1)));
    }

    [Test]
    public async Task Unbinding_ends_the_wait()
    {
        var inner = new FailingListener(failures: int.MaxValue);
        await using var listener = Listen(inner, new LogLines());
        var accepting = Task.Run(async () => await listener.AcceptAsync());
        Assert.That(SpinWait.SpinUntil(() => inner.Accepts > 1, TimeSpan.FromSeconds(30)), Is.True);
        await listener.UnbindAsync();
        Assert.That(await accepting.WaitAsync(TimeSpan.FromSeconds(30)), Is.Null);
    }

    private static PatientListener Listen(FailingListener inner, LogLines log)
    {
        var options = new NetworkingOptions { LoggerFactory = log };
        return new PatientListener(inner, new TransportStart(options, new BufferPool(0), TimeProvider.System, log));
    }

    private sealed class FailingListener(int failures) : IConnectionListener
    {
        private int _accepts;

        public int Accepts => Volatile.Read(ref _accepts);

        public EndPoint EndPoint { get; } = new IPEndPoint(IPAddress.Loopback, 1);

        public ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default) =>
            Interlocked.Increment(ref _accepts) <= failures
                ? throw new SocketException((int)SocketError.TooManyOpenSockets)
                : new ValueTask<ConnectionContext?>(new DefaultConnectionContext());

        public ValueTask UnbindAsync(CancellationToken cancellationToken = default) => ValueTask.CompletedTask;

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
