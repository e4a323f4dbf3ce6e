using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Fleck;
using Playground.Ecs.Networking.Links;
using Playground.Ecs.Networking.Sockets;

namespace Playground.Ecs.Networking.Fleck;

/// <summary>
/// A connection as Fleck sees it. It says the checked request first, then reads the socket only while the inbox has room; what Fleck
/// sends after its 101 (Pongs) goes into one small buffer for the loop to send. It tells Fleck of the end once, as the end of
/// the stream. Owner of the TCP socket.
/// </summary>
/// <remarks>
/// Fleck's thread of the connection, one at a time, unless a member says otherwise. Fleck closing it does not close the TCP socket
/// of an open link: that is the loop's, which may still have a Close frame to send.
/// </remarks>
/// <param name="socket">Non-blocking.</param>
/// <param name="head">The request for Fleck.</param>
/// <param name="glued">Bytes that came with the request, behind it.</param>
/// <param name="upgrade">What the request said.</param>
/// <param name="inbox">Where Fleck's messages go.</param>
/// <param name="released">Called once, when the TCP socket is closed.</param>
internal sealed class FleckSocket(Socket socket, byte[] head, byte[] glued, LinkUpgrade upgrade, FleckInbox inbox, Action<FleckSocket> released)
    : ISocket
{
    /// <summary>The most that Fleck gets at once, in bytes.</summary>
    public const int ReceiveBytesMax = 4 * 1024;

    private readonly PendingReplies _replies = new();
    private readonly Lock _gate = new();
    private ArraySegment<byte> _head = head;
    private ArraySegment<byte> _glued = glued;
    private TaskCompletionSource? _room;
    private bool _answered;
    private bool _closed;
    private volatile bool _isReleased;
    private volatile bool _peerFinished;
    private SocketError _error;

    /// <summary>What the request said.</summary>
    public LinkUpgrade Upgrade => upgrade;

    /// <summary>Where Fleck's messages go.</summary>
    public FleckInbox Inbox => inbox;

    /// <summary>The bytes of the last receive, as they lie in Fleck's buffer.</summary>
    public ArraySegment<byte> Received { get; private set; } = ArraySegment<byte>.Empty;

    /// <summary>Pongs that wait for the loop. Any thread.</summary>
    public PendingReplies Replies => _replies;

    /// <summary>The peer sends nothing more. Any thread.</summary>
    public bool PeerFinished => _peerFinished;

    /// <summary>A link is open on it: it is the loop's to release. Set before the loop sees the link.</summary>
    public bool IsOpen { get; set; }

    /// <summary>The peer's side is not read, because the loop has not taken what there is. Any thread.</summary>
    public bool IsHeldBack
    {
        get
        {
            lock (_gate) return _room is not null;
        }
    }

    /// <summary>Why there is nothing more to read.</summary>
    public string Ending => _error == SocketError.Success ? "ended without a Close frame" : _error.ToString();

    /// <inheritdoc/>
    public bool Connected => !_closed;

    /// <inheritdoc/>
    public string RemoteIpAddress => upgrade.RemoteEndPoint?.Address.ToString() ?? string.Empty;

    /// <inheritdoc/>
    public int RemotePort => upgrade.RemoteEndPoint?.Port ?? 0;

    /// <summary>Empty: Fleck reads the streams of its own sockets only.</summary>
    public Stream Stream => Stream.Null;

    /// <summary>Always true: it was switched on when the connection was accepted.</summary>
    public bool NoDelay
    {
        get => true;
        set
        {
        }
    }

    /// <inheritdoc/>
    public EndPoint LocalEndPoint => socket.LocalEndPoint!;

    /// <inheritdoc/>
    public Task<int> Receive(byte[] buffer, Action<int> callback, Action<Exception> error, int offset = 0) =>
        ReceiveAsync(new ArraySegment<byte>(buffer, offset, Math.Min(buffer.Length - offset, ReceiveBytesMax)), callback, error);

    /// <summary>Sends the 101, the first that Fleck sends, and keeps every later one for the loop.</summary>
    public Task Send(byte[] buffer, Action callback, Action<Exception> error)
    {
        if (_answered)
        {
            _replies.Add(buffer);
        }
        else if (!TryAnswer(buffer))
        {
            // The next receive tells Fleck: told twice, it would close twice.
            _peerFinished = true;
            return Task.CompletedTask;
        }

        callback();
        return Task.CompletedTask;
    }

    /// <summary>Loop: reads on, once the inbox has room. Does nothing while it is read.</summary>
    public void ReadOn()
    {
        TaskCompletionSource? room;
        lock (_gate)
        {
            room = _isReleased || !inbox.IsFull ? _room : null;
            _room = room is null ? _room : null;
        }

        room?.SetResult();
    }

    /// <summary>Sender: writes the loop's framed bytes, as far as the kernel takes them now.</summary>
    /// <returns>False when bytes are left for a later pass.</returns>
    public bool TryWriteAll(OutboundQueue queue, byte[] gather, out bool failed) => SegmentWriter.TryWriteAll(socket, queue, gather, out failed);

    /// <summary>Loop: ends sending.</summary>
    /// <returns>False when the peer is gone already.</returns>
    public bool TryShutDownSend()
    {
        try
        {
            socket.Shutdown(SocketShutdown.Send);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>Loop: makes the release a reset.</summary>
    public void ResetAtRelease() => socket.LingerState = new LingerOption(true, 0);

    /// <summary>Closes the TCP socket; Fleck hears of it as the end of the stream. Any thread, more than once.</summary>
    public void Release()
    {
        lock (_gate)
        {
            if (_isReleased)
            {
                return;
            }

            _isReleased = true;
        }

        socket.Dispose();
        ReadOn();
        released(this);
    }

    /// <summary>Fleck is through with the connection.</summary>
    public void Close()
    {
        _closed = true;
        if (!IsOpen)
        {
            Release();
        }
    }

    /// <inheritdoc cref="Close"/>
    public void Dispose() => Close();

    /// <inheritdoc/>
    public Task<ISocket> Accept(Action<ISocket> callback, Action<Exception> error) => throw NotListening();

    /// <inheritdoc/>
    public void Bind(EndPoint ipLocal) => throw NotListening();

    /// <inheritdoc/>
    public void Listen(int backlog) => throw NotListening();

    /// <inheritdoc/>
    public Task Authenticate(X509Certificate2 certificate, SslProtocols enabledSslProtocols, Action callback, Action<Exception> error) =>
        throw new NotSupportedException("Fleck serves no TLS here.");

    private static InvalidOperationException NotListening() => new("A connection does not listen.");

    private async Task<int> ReceiveAsync(ArraySegment<byte> buffer, Action<int> callback, Action<Exception> error)
    {
        var filling = FillAsync(buffer);
        if (filling.IsCompleted)
        {
            // Fleck asks for the next bytes from within its callback: answered there, its stack would grow with every receive.
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        }

        var count = await filling.ConfigureAwait(false);
        Received = buffer[..count];
        try
        {
            callback(count);
        }
        catch (Exception exception)
        {
            // What Fleck and its handlers throw is Fleck's to handle: it closes the connection.
            error(exception);
        }

        return count;
    }

    private async ValueTask<int> FillAsync(Memory<byte> buffer)
    {
        if (_head.Count > 0)
        {
            return TakeFrom(ref _head, buffer.Span);
        }

        // A request without an answer is one that Fleck did not understand: nothing more will come.
        await (_answered ? WaitForRoomAsync() : Task.CompletedTask).ConfigureAwait(false);
        if (_glued.Count > 0 && _answered && !_isReleased)
        {
            return TakeFrom(ref _glued, buffer.Span);
        }

        return _answered && !_peerFinished ? await ReadAsync(buffer).ConfigureAwait(false) : 0;
    }

    private async ValueTask<int> ReadAsync(Memory<byte> buffer)
    {
        var count = 0;
        try
        {
            count = await socket.ReceiveAsync(buffer, SocketFlags.None).ConfigureAwait(false);
        }
        catch (SocketException exception)
        {
            _error = exception.SocketErrorCode;
        }
        catch (ObjectDisposedException)
        {
            _error = SocketError.OperationAborted;
        }

        _peerFinished = count == 0;
        return count;
    }

    private Task WaitForRoomAsync()
    {
        lock (_gate)
        {
            if (_isReleased || !inbox.IsFull)
            {
                return Task.CompletedTask;
            }

            _room = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _room.Task;
        }
    }

    private bool TryAnswer(ReadOnlySpan<byte> answer)
    {
        _answered = true;
        try
        {
            return socket.Send(answer, SocketFlags.None, out _) == answer.Length;
        }
        catch (ObjectDisposedException)
        {
            // The server stopped meanwhile.
            return false;
        }
    }

    private static int TakeFrom(ref ArraySegment<byte> prepared, Span<byte> destination)
    {
        var count = Math.Min(prepared.Count, destination.Length);
        prepared[..count].AsSpan().CopyTo(destination);
        prepared = prepared[count..];
        return count;
    }
}
