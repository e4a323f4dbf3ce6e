using Playground.Ecs.Networking.Links;
using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Sockets;

namespace Playground.Ecs.Networking.Fleck;

/// <content>
/// How a link ends: the closing handshake of RFC 6455, section 7, in steps that never wait. Fleck's own would drop the connection
/// behind its Close frame.
/// </content>
internal sealed partial class FleckLink
{
    private (ushort Code, string Reason)? _closeFrame;
    private long _closeDeadline;
    private bool _lost;
    private bool _sendShutDown;

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
            socket.ResetAtRelease();
            End = new LinkEnd((ushort)CloseCode.Abnormal, "aborted", false);
            BeginClosing();
        }
    }

    /// <summary>Loop, once a frame while the link closes: one step towards the end.</summary>
    /// <param name="isStopping">Do not wait for the peer's Close.</param>
    /// <returns>True when the socket is closed and every buffer given back.</returns>
    public bool TryFinish(bool isStopping)
    {
        AppendCloseFrame();
        return IsOver(isStopping) && TryRelease();
    }

    /// <summary>Loop: closes the socket and gives every buffer back; for a link that is over, and for all at the transport's end.</summary>
    /// <returns>False while the sender is writing it.</returns>
    public bool TryRelease()
    {
        if (!TryRetire())
        {
            return false;
        }

        socket.Release();
        Outbound.Clear();
        return true;
    }

    private void BeginClosing()
    {
        _closeDeadline = transport.FrameClock + transport.Options.CloseTimeout.Ticks;
        _inbox.Close();
        socket.ReadOn();
        AppendCloseFrame();
        transport.AddClosing(this);
    }

    // Behind everything that was handed over; while the queue is full it waits for the next frame.
    private void AppendCloseFrame()
    {
        if (_closeFrame is not { } close || _lost)
        {
            return;
        }

        var buffer = transport.Buffers.Rent(CloseFrame.ServerMax);
        buffer.Length = CloseFrame.WriteServer(buffer.Bytes, close.Code, close.Reason);
        if (!Outbound.TryAppend(buffer, 0, buffer.Length))
        {
            buffer.Release();
            return;
        }

        _closeFrame = null;
        transport.MarkUnsent(this);
    }

    // The server closes first (RFC 6455, section 7.1.1), in two steps: it stops sending, and lets go of the socket when the
    // peer has stopped too. Closed at once, unread bytes would turn into a reset that can cost the peer the last of ours.
    private bool IsOver(bool isStopping)
    {
        if (_lost || SendFailed || transport.FrameClock >= _closeDeadline)
        {
            return true;
        }

        if (_closeFrame is not null || !Outbound.IsDrained)
        {
            return false;
        }

        if (!_sendShutDown && (_inbox.End is not null || isStopping))
        {
            _sendShutDown = true;
            _lost = !socket.TryShutDownSend();
        }

        return _lost || socket.PeerFinished;
    }
}
