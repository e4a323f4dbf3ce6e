namespace Playground.Ecs.Networking.Mcp.Endpoint;

/// <summary>
/// A response's body that takes comments between events (server-sent events, HTML standard, section 9.2.5), never inside one. Any thread; one
/// write at a time.
/// </summary>
internal sealed class EventStream(Stream inner, TimeProvider time) : Stream
{
    private static readonly byte[] Comment = ": keep-alive\n\n"u8.ToArray();

    private readonly SemaphoreSlim _turn = new(1, 1);
    private long _lastWrite = time.GetTimestamp();
    private volatile bool _hasBegun;
    private bool _isInside;
    private bool _endsLine;
    private bool _isOver;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>From now on the body is a stream of events.</summary>
    public void Begin() => _hasBegun = true;

    public bool IsSilentFor(TimeSpan interval) => _hasBegun && time.GetElapsedTime(Volatile.Read(ref _lastWrite)) >= interval;

    /// <summary>Writes a comment, unless somebody is writing, an event is not complete, or the response is over. Never throws.</summary>
    public async Task KeepAliveAsync()
    {
        if (!await _turn.WaitAsync(0).ConfigureAwait(false)) return;
        try
        {
            if (_isOver || _isInside) return;
            Volatile.Write(ref _lastWrite, time.GetTimestamp());
            await inner.WriteAsync(Comment).ConfigureAwait(false);
            await inner.FlushAsync().ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or InvalidOperationException or ObjectDisposedException)
        {
            // The client is gone, which the request's own writer or reader finds out.
            _isOver = true;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>No comments any more; waits for one that is being written.</summary>
    public async ValueTask EndAsync()
    {
        await _turn.WaitAsync().ConfigureAwait(false);
        _isOver = true;
        _turn.Release();
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            _isInside = !EndsEvent(buffer.Span);
            await inner.WriteAsync(buffer, cancellationToken).ConfigureAwait(false);
            Volatile.Write(ref _lastWrite, time.GetTimestamp());
        }
        finally
        {
            _turn.Release();
        }
    }

    public override async Task FlushAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await inner.FlushAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush() => throw new NotSupportedException("Responses are written asynchronously.");

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("Responses are written asynchronously.");

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) _turn.Dispose();
        base.Dispose(disposing);
    }

    // An event ends with an empty line, which may be written by itself.
    private bool EndsEvent(ReadOnlySpan<byte> written)
    {
        if (written.IsEmpty) return !_isInside;
        var ends = written.EndsWith("\n\n"u8) || (_endsLine && written is [(byte)'\n']);
        _endsLine = written[^1] == '\n';
        return ends;
    }
}
