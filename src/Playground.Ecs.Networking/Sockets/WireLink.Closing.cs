using Playground.Ecs.Networking.Links;
using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.Sockets;

/// <content>How a link ends: the closing handshake of RFC 6455, section 7, in steps that never wait.</content>
internal abstract partial class WireLink
{
    private (ushort Code, string Reason)? _closeFrame;
    private long _closeDeadline;
    private bool _sendShutDown;

    /// <summary>The peer's Close frame has come.</summary>
    protected bool PeerClosed { get; set; }

    /// <summary>The peer sends nothing more.</summary>
    protected bool PeerFinished { get; set; }

    /// <summary>The peer broke a rule: there is no Close to be found in what it sends.</summary>
    protected bool IsUnreadable { get; set; }

    /// <summary>The connection is gone: nothing is sent or waited for.</summary>
    protected bool IsLost { get; set; }

    /// <summary>Nothing came in since the last frame.</summary>
    protected bool IsQuiet { get; set; }

    /// <inheritdoc/>
    public override void Close(ushort code, string reason)
    {
        if (End is null)
        {
            _closeFrame = (code, reason);
            EndBy(new LinkEnd(code, reason, false));
        }
    }

    /// <inheritdoc/>
    public override void Abort()
    {
        if (End is null)
        {
            IsLost = true;
            Drop();
            EndBy(new LinkEnd((ushort)CloseCode.Abnormal, "aborted", false));
        }
    }

    /// <summary>Loop, once a frame while the link closes: one step towards the end.</summary>
    /// <param name="scratch">An arena for input that nobody reads.</param>
    /// <param name="isStopping">Do not wait for the peer's Close.</param>
    /// <returns>True when the connection is let go and every buffer given back.</returns>
    public bool TryFinish(FrameArena scratch, bool isStopping)
    {
        AppendCloseFrame();
        if (!IsLost)
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
        ReleaseInput();
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

    /// <summary>Loop: the link has ended, nothing more is received from it.</summary>
    protected abstract void StopReceiving();

    /// <summary>Loop, once a frame while the link closes: reads on to find the peer's Close. Behind it, and behind a violation, there is nothing to find but the end.</summary>
    /// <param name="scratch">An arena for input that nobody reads.</param>
    protected abstract void DiscardInput(FrameArena scratch);

    /// <summary>Loop: gives back what was rented for input.</summary>
    protected abstract void ReleaseInput();

    /// <summary>Ends the link as the peer's Close frame says, and answers it alike.</summary>
    protected void EndByClose(ushort code, string reason)
    {
        _closeFrame = (code, string.Empty);
        EndBy(new LinkEnd(code, reason, true));
    }

    /// <summary>Ends the link for the loop; the rest is finished from frame to frame.</summary>
    protected void EndBy(LinkEnd end)
    {
        End = end;
        _closeDeadline = links.FrameClock + links.Options.CloseTimeout.Ticks;
        StopReceiving();
        AppendCloseFrame();
        links.AddClosing(this);
    }

    // Behind everything that was handed over; while the queue is full it waits for the next frame.
    private void AppendCloseFrame()
    {
        if (_closeFrame is not { } close || IsLost)
        {
            return;
        }

        var buffer = links.Buffers.Rent(CloseFrame.ServerMax);
        buffer.Length = CloseFrame.WriteServer(buffer.Bytes, close.Code, close.Reason);
        if (!Outbound.TryAppend(buffer, 0, buffer.Length))
        {
            buffer.Release();
            return;
        }

        _closeFrame = null;
        links.MarkUnsent(this);
    }

    // The server closes first (RFC 6455, section 7.1.1), in two steps: it stops sending, and lets go of the socket when the
    // peer has stopped too. Closed at once, unread bytes would turn into a reset that can cost the peer the last of ours.
    private bool IsOver(bool isStopping)
    {
        if (IsLost || SendFailed || links.FrameClock >= _closeDeadline)
        {
            return true;
        }

        if (_closeFrame is not null || !Outbound.IsDrained)
        {
            return false;
        }

        if (!_sendShutDown && (PeerClosed || isStopping || (IsUnreadable && (CanHalfClose || IsQuiet))) && TryRetire())
        {
            // Reset by the peer meanwhile: there is nobody left to be polite to.
            IsLost = !TryShutDownSend();
            _sendShutDown = true;
        }

        return PeerFinished;
    }
}
