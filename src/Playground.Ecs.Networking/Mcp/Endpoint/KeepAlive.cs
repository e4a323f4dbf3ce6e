using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Playground.Ecs.Networking.Mcp.Endpoint;

/// <summary>
/// Writes a comment on streams of events that have been silent for long, so that nobody on the way takes them for dead: one timer for all,
/// which stands still while there are none. Any thread.
/// </summary>
internal sealed class KeepAlive : IDisposable
{
    // How late a comment may be, in parts of the interval.
    private const int Fineness = 4;

    private readonly Lock _lock = new();
    private readonly LinkedList<EventStream> _streams = [];
    private readonly TimeProvider _time;
    private readonly TimeSpan _interval;
    private readonly ITimer _timer;

    public KeepAlive(TimeProvider time, TimeSpan interval)
    {
        _time = time;
        _interval = interval;
        _timer = time.CreateTimer(static state => ((KeepAlive)state!).Tick(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Watches a response until what is returned is disposed.</summary>
    public Watch Begin(HttpContext context)
    {
        var body = context.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
        var stream = new EventStream(body.Stream, _time);
        var node = new LinkedListNode<EventStream>(stream);
        context.Features.Set<IHttpResponseBodyFeature>(new EventBody(body, stream));
        lock (_lock)
        {
            _streams.AddLast(node);
            if (_streams.Count == 1) _timer.Change(_interval / Fineness, _interval / Fineness);
        }

        return new Watch(this, context, body, node);
    }

    public void Dispose() => _timer.Dispose();

    private void Tick()
    {
        EventStream[] streams;
        lock (_lock) streams = [.. _streams];
        foreach (var stream in streams)
        {
            // It ends by itself: at once, or when the client takes what it is sent or its connection is given up.
            if (stream.IsSilentFor(_interval)) _ = stream.KeepAliveAsync();
        }
    }

    private ValueTask EndAsync(LinkedListNode<EventStream> node)
    {
        lock (_lock)
        {
            _streams.Remove(node);
            if (_streams.Count == 0) _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        return node.Value.EndAsync();
    }

    /// <summary>A response that is watched; disposed before the response ends.</summary>
    internal sealed class Watch(KeepAlive owner, HttpContext context, IHttpResponseBodyFeature body, LinkedListNode<EventStream> node) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await owner.EndAsync(node).ConfigureAwait(false);
            context.Features.Set(body);
        }
    }

    /// <summary>Knows by the ban on buffering that a response is a stream of events.</summary>
    private sealed class EventBody(IHttpResponseBodyFeature inner, EventStream stream) : IHttpResponseBodyFeature
    {
        public Stream Stream => stream;

        public System.IO.Pipelines.PipeWriter Writer => inner.Writer;

        public void DisableBuffering()
        {
            inner.DisableBuffering();
            stream.Begin();
        }

        public Task StartAsync(CancellationToken cancellationToken = default) => inner.StartAsync(cancellationToken);

        public Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken = default) =>
            inner.SendFileAsync(path, offset, count, cancellationToken);

        public Task CompleteAsync() => inner.CompleteAsync();
    }
}
