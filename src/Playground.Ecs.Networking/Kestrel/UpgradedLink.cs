using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using Playground.Ecs.Networking.Diagnostics;
using Playground.Ecs.Networking.Links;
using Playground.Ecs.Networking.Sockets;

namespace Playground.Ecs.Networking.Kestrel;

/// <summary>
/// A WebSocket on the stream of an upgraded HTTP request, used like a non-blocking socket: operations that do not complete at
/// once are looked at again in the next frame, and nothing waits for them. Owner of the arrays in flight; the stream is the
/// request's, which <see cref="ServeAsync"/> keeps alive.
/// </summary>
[SuppressMessage("Reliability", "CA2012", Justification = "An operation in flight is kept, and consumed once: by the next frame that finds it complete, or by the request at the end.")]
internal sealed partial class UpgradedLink : WebSocketLink
{
    // The server's own buffer takes about as much before a write waits.
    private const int WriteBytesMax = 64 * 1024;

    private readonly Stream _stream;
    private readonly IHttpRequestLifetimeFeature _request;
    private readonly IConnectionLifetimeFeature? _connection;
    private readonly ILogger _logger;
    private readonly CancellationToken _stopped;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private bool _isSettled;

    // Whose the input is, and the request's once the link has ended.
    private ValueTask<int> _reading;
    private bool _isReading;
    private bool _isReadable;
    private byte[]? _received;
    private int _start;
    private int _end;
    private bool _sawEnd;
    private bool _hasEnded;

    // The sender's, and the request's once the link has ended.
    private ValueTask _writing;
    private bool _isWriting;
    private byte[]? _written;

    /// <summary>Takes over an upgraded stream. Any thread.</summary>
    /// <param name="links">Whose link this is.</param>
    /// <param name="stream">The upgraded stream.</param>
    /// <param name="features">The request's features.</param>
    /// <param name="ownsConnection">The request has its connection to itself: false on HTTP/2.</param>
    /// <param name="upgrade">What the request said.</param>
    /// <param name="logger">Where to tell of what a stream should not do.</param>
    /// <param name="stopped">Cancelled by <see cref="ServeAsync"/>.</param>
    public UpgradedLink(LinkSet links, Stream stream, IFeatureCollection features, bool ownsConnection, LinkUpgrade upgrade, ILogger logger, CancellationToken stopped)
        : base(links, upgrade, [])
    {
        _stream = stream;
        _request = features.GetRequiredFeature<IHttpRequestLifetimeFeature>();
        _connection = ownsConnection ? features.Get<IConnectionLifetimeFeature>() : null;
        _stopped = stopped;
        _logger = logger;
    }

    /// <inheritdoc/>
    protected override bool CanHalfClose => false;

    /// <summary>The connection, or at least this link's part of it, is over.</summary>
    private bool IsGone => _connection?.ConnectionClosed.IsCancellationRequested ?? Volatile.Read(ref _isSettled);

    /// <summary>The request's thread: completes when the link has let go of the stream, and no operation on it is left.</summary>
    /// <param name="stop">Ends the read in flight.</param>
    public async Task ServeAsync(CancellationTokenSource stop)
    {
        Links.Late.Add(this);
        await _ended.Task.ConfigureAwait(false);
        Links.Late.Remove(this);
        await stop.CancelAsync().ConfigureAwait(false);
        if (_isReading) await SettleAsync(_reading.AsTask()).ConfigureAwait(false);
        if (_isWriting) await SettleAsync(_writing.AsTask()).ConfigureAwait(false);
        Return(ref _received);
        Return(ref _written);
        lock (_gate)
        {
            _isSettled = true;
        }
    }

    /// <inheritdoc/>
    protected override int Receive(Span<byte> space, out SocketError error, out bool isDrained)
    {
        isDrained = false;
        if (_hasEnded)
        {
            error = IsGone ? SocketError.Success : SocketError.WouldBlock;
            return 0;
        }

        while (_start == _end)
        {
            error = SocketError.Success;
            if (_sawEnd) return 0;
            if (!_isReading) BeginRead(space.Length);
            error = SocketError.WouldBlock;
            if (!_reading.IsCompleted || !TryEndRead(out error)) return 0;
        }

        error = SocketError.Success;
        var count = Math.Min(space.Length, _end - _start);
        _received.AsSpan(_start, count).CopyTo(space);
        _start += count;
        if (_start == _end && !_isReading) Return(ref _received);
        return count;
    }

    /// <inheritdoc/>
    protected override bool WriteSegments(byte[] gather)
    {
        while (true)
        {
            if (_isWriting && !_writing.IsCompleted) return false;
            if (_isWriting && !TryEndWrite()) return true;
            if (!Outbound.TryPeek(out var first)) return true;

            // A copy, since not every server's stream has copied what it was given when the call returns.
            var room = Outbound.UnwrittenSegments > 1 ? WriteBytesMax : Math.Min(first.Count, WriteBytesMax);
            _written = ArrayPool<byte>.Shared.Rent(room);
            var count = Outbound.CopyTo(_written.AsSpan(0, room));
            BeginWrite(count);
            Outbound.Advance(count);
        }
    }

    /// <inheritdoc/>
    protected override void Drop()
    {
        if (_connection is not null)
        {
            _connection.Abort();
            return;
        }

        lock (_gate)
        {
            // Afterwards the server may use its objects for another request.
            if (!_isSettled) _request.Abort();
        }
    }

    /// <inheritdoc/>
    protected override bool TryShutDownSend()
    {
        _hasEnded = true;
        _ended.TrySetResult();
        return true;
    }

    /// <inheritdoc/>
    protected override void Release()
    {
        if (!IsGone) Drop();
        _hasEnded = true;
        _ended.TrySetResult();
    }

    private static async Task SettleAsync(Task operation) =>
        await operation.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private static void Return(ref byte[]? array)
    {
        if (array is not null) ArrayPool<byte>.Shared.Return(array);
        array = null;
    }

    // First a read of no bytes, so that an idle link holds no array; behind it a real one, which finds something.
    private void BeginRead(int length)
    {
        if (_isReadable && _received is null)
        {
            _received = ArrayPool<byte>.Shared.Rent(length);
            _start = _end = 0;
        }

        var context = LeaveContext();
        try
        {
            _reading = _stream.ReadAsync(_received is null ? default : _received.AsMemory(_end, Math.Min(length, _received.Length - _end)), _stopped);
        }
        catch (Exception exception)
        {
            _reading = ValueTask.FromException<int>(exception);
        }

        _isReading = true;
        ReturnTo(context);
    }

    private void BeginWrite(int count)
    {
        var context = LeaveContext();
        try
        {
            _writing = _stream.WriteAsync(_written.AsMemory(0, count), CancellationToken.None);
        }
        catch (Exception exception)
        {
            _writing = ValueTask.FromException(exception);
        }

        _isWriting = true;
        ReturnTo(context);
    }

    private bool TryEndRead(out SocketError error)
    {
        error = SocketError.Success;
        _isReading = false;
        try
        {
            var count = _reading.GetAwaiter().GetResult();
            _isReadable = _received is null;
            _end += count;
            if (_isReadable || count > 0) return true;
            _sawEnd = true;
        }
        catch (Exception exception)
        {
            Tell(exception);
            error = SocketError.ConnectionReset;
        }

        if (_start == _end) Return(ref _received);
        return false;
    }

    private bool TryEndWrite()
    {
        _isWriting = false;
        try
        {
            _writing.GetAwaiter().GetResult();
            Return(ref _written);
            return true;
        }
        catch (Exception exception)
        {
            Tell(exception);
            Return(ref _written);
            FailSending();
            return false;
        }
    }

    // Whatever a server's stream throws costs this link, and not the frame; what is not a lost connection is worth a word.
    private void Tell(Exception exception)
    {
        if (exception is not (IOException or OperationCanceledException)) TransportLog.UpgradedStreamFailed(_logger, exception);
    }

    // What the server does when an operation completes must not wait for the loop's frames.
    private static SynchronizationContext? LeaveContext()
    {
        var context = SynchronizationContext.Current;
        if (context is not null) SynchronizationContext.SetSynchronizationContext(null);
        return context;
    }

    private static void ReturnTo(SynchronizationContext? context)
    {
        if (context is not null) SynchronizationContext.SetSynchronizationContext(context);
    }
}
