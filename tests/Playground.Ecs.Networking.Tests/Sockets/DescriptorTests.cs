using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Playground.Ecs.Networking.Links;
using Playground.Ecs.Networking.Sockets;
using Playground.Ecs.Networking.Testing.Links;
using Playground.Ecs.Networking.Tests.Faults;

namespace Playground.Ecs.Networking.Tests.Sockets;

/// <summary>The process runs out of file descriptors, and gets them back.</summary>
[TestFixture]
[NonParallelizable]
[Platform("Linux")]
public class DescriptorTests
{
    /// <summary>The transport under test.</summary>
    protected virtual ITransport CreateTransport() => new SocketTransport();

    [Test]
    public async Task Out_of_descriptors_accepting_resumes_when_they_come_back()
    {
        using var log = new CountingLog();
        await using var loop = await TransportLoop.StartAsync(CreateTransport(), new NetworkingOptions { LoggerFactory = log });
        using (RawWebSocket.Connect(loop.EndPoint))
        {
            loop.AcceptOne();
        }

        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        using (Descriptors.TakeAll())
        {
            socket.Connect(loop.EndPoint);
            socket.Send(System.Text.Encoding.ASCII.GetBytes(RawWebSocket.Upgrade()));
            Assert.That(SpinWait.SpinUntil(() => log.Warnings > 0, TimeSpan.FromSeconds(10)), Is.True);
        }

        socket.ReceiveTimeout = 10_000;
        var answer = new byte[12];
        Assert.That(socket.Receive(answer), Is.EqualTo(answer.Length));
        Assert.That(System.Text.Encoding.ASCII.GetString(answer), Is.EqualTo("HTTP/1.1 101"));
        Assert.That(log.Warnings, Is.EqualTo(1), "said once, not at every attempt");
        loop.AcceptOne();
    }

    private sealed class CountingLog : ILoggerFactory, ILogger
    {
        private int _warnings;

        public int Warnings => Volatile.Read(ref _warnings);

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel == LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (eventId.Id == 101)
            {
                Interlocked.Increment(ref _warnings);
            }
        }

        public void Dispose()
        {
        }
    }
}
