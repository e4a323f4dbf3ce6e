using Playground.Ecs.Networking.Links;
using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.Sockets;

/// <content>How a link ends: the closing handshake of RFC 6455, section 7, in steps that never wait.</content>
internal abstract partial class WebSocketLink
{
    private (ushort Code, string Reason)? _closeFrame;
    private long _closeDeadline;
    private bool _peerClosed;
    private bool _peerFinished;
    private bool _unreadable;
    private bool _lost;
    private bool _sendShutDown;
    private bool _quiet;

    /// <inheritdoc/>
    public override void Close(ushort code, string reason)
    {
        if (End is null)
        {
            _closeFrame = (code, reason);
            End = new LinkEnd(code, reason, false);
            BeginClosing();
        }
    }

    /// <inheritdoc/>
    public override void Abort()
    {
        if (End is null)
        {
            _lost = true;
            Drop();
            End = new LinkEnd((ushort)CloseCode.Abnormal, "aborted", false);
            BeginClosing();
        }
    }

    /// <summary>Loop, once a frame while the link closes: one step towards the end.</summary>
    /// <param name="scratch">An arena for input that nobody reads.</param>
    /// <param name="isStopping">Do not wait for the peer's Close.</param>
    /// <returns>True when the connection is let go and every buffer given back.</returns>
    public bool TryFinish(FrameArena scratch, bool isStopping)
    {
        AppendCloseFrame();
        if (!_lost)
        {
            DiscardInput(scratch);
        }

        return IsOver(isStopping) && TryRelease();
    }

    /// <summary>Loop: lets go of the connection and gives every buffer back; for a link that is over, and for all at the transport's end.</summary>
    /// <returns>False while the sender is writing it.</returns>
    public bool TryRelease()
    {
        if (!TryRetire())
        {
            return false;
        }

        Release();
        _window.Release();
        _partial.Release();
        _pongs.Release();
        Outbound.Clear();
        return true;
    }

    /// <summary>Loop: lets the peer see a reset instead of an orderly end.</summary>
    protected abstract void Drop();

    /// <summary>Loop: ends this side's half of the stream, behind what was written. Called once, while nobody writes any more.</summary>
    /// <returns>False when the connection is lost already.</returns>
    protected abstract bool TryShutDownSend();

    /// <summary>Loop: lets go of the connection for good. Called once, while nobody writes.</summary>
    protected abstract void Release();

    /// <summary>False: <see cref="TryShutDownSend"/> ends receiving too.</summary>
    protected abstract bool CanHalfClose { get; }

    private void BeginClosing()
    {
        _closeDeadline = _links.FrameClock + _links.Options.CloseTimeout.Ticks;
        _window.EndTurn(_links.Buffers);
        _partial.Release();
        _pongs.Release();
        AppendCloseFrame();
        _links.AddClosing(this);
    }

    // Behind everything that was handed over; while the queue is full it waits for the next frame.
    private void AppendCloseFrame()
    {
        if (_closeFrame is not { } close || _lost)
        {
            return;
        }

        var buffer = _links.Buffers.Rent(CloseFrame.ServerMax);
        buffer.Length = CloseFrame.WriteServer(buffer.Bytes, close.Code, close.Reason);
        if (!Outbound.TryAppend(buffer, 0, buffer.Length))
        {
            buffer.Release();
            return;
        }

        _closeFrame = null;
        _links.MarkUnsent(this);
    }

    // Reads on to find the peer's Close. Behind it, and behind a violation, there is nothing to find but the end.
    private void DiscardInput(FrameArena scratch)
    {
        do
        {
            while (!_unreadable && !_peerClosed && SkipFrame())
            {
            }

            if (_unreadable || _peerClosed)
            {
                _window.Skip(_window.Count);
            }
        }
        while (!_peerFinished && Refill(scratch));
        _quiet = _turnBytes == 0;
        EndTurn();
    }

    private bool SkipFrame()
    {
        var step = _reader.Read(_window.Unread, out var frame);
        _unreadable = step == FrameStep.Violation;
        _peerClosed = step == FrameStep.Close;
        if (step is FrameStep.NeedMore or FrameStep.Violation)
        {
            return false;
        }

        _window.Skip(frame.Consumed);
        return true;
    }

    // The server closes first (RFC 6455, section 7.1.1), in two steps: it stops sending, and lets go of the socket when the
    // peer has stopped too. Closed at once, unread bytes would turn into a reset that can cost the peer the last of ours.
    private bool IsOver(bool isStopping)
    {
        if (_lost || SendFailed || _links.FrameClock >= _closeDeadline)
        {
            return true;
        }

        if (_closeFrame is not null || !Outbound.IsDrained)
        {
            return false;
        }

        if (!_sendShutDown && (_peerClosed || isStopping || (_unreadable && (CanHalfClose || _quiet))) && TryRetire())
        {
            // Reset by the peer meanwhile: there is nobody left to be polite to.
            _lost = !TryShutDownSend();
            _sendShutDown = true;
        }

        return _peerFinished;
    }
}
