using Playground.Ecs.Networking.Links;
using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Sockets;

namespace Playground.Ecs.Networking.Fleck;

/// <summary>
/// A WebSocket that Fleck reads: the loop takes what Fleck's threads put into the inbox, and writes framed bytes to the connection's
/// socket itself. It ends as all links do; Fleck's own close would drop the connection behind its Close frame. Loop thread
/// only, but for the sender's half.
/// </summary>
/// <param name="links">Whose link this is.</param>
/// <param name="socket">The connection; released when the link is over.</param>
/// <param name="guard">What Fleck receives passes through it.</param>
/// <param name="upgrade">What the request said.</param>
internal sealed class FleckLink(LinkSet links, FleckSocket socket, FrameGuard guard, LinkUpgrade upgrade) : WireLink(links, upgrade)
{
    private readonly FleckInbox _inbox = socket.Inbox;
    private int _turnBytes;
    private int _messagesSeen;
    private TokenBucket _controlFrames = new(links.Options.PingsPerSecond);
    private long _refilledAt;
    private long _incompleteSince = -1;

    /// <summary>The connection.</summary>
    public FleckSocket Socket => socket;

    /// <inheritdoc/>
    protected override bool CanHalfClose => true;

    /// <inheritdoc/>
    public override bool TryReceive(FrameArena arena, out ArraySegment<byte> message)
    {
        message = default;
        if (End is not null || _turnBytes >= Links.Options.ReceiveBudgetBytes)
        {
            return false;
        }

        // Looked at first: what is in the inbox then came before it.
        var end = _inbox.End;
        if (_inbox.TryTake(arena, out message))
        {
            _turnBytes += Math.Max(1, message.Count);
            return true;
        }

        if (end is not null)
        {
            Finish(end);
        }

        return false;
    }

    /// <inheritdoc/>
    public override void EndReceive()
    {
        _turnBytes = 0;
        BytesReceived = guard.BytesReceived;
        var controlFrames = guard.ControlFrames;
        CheckPings((int)(controlFrames - ControlFramesReceived));
        ControlFramesReceived = controlFrames;
        if (End is not null)
        {
            return;
        }

        AppendReplies();
        CheckMessageTimeout();
        socket.ReadOn();
    }

    /// <inheritdoc/>
    protected override bool WriteSegments(byte[] gather)
    {
        var wroteAll = socket.TryWriteAll(Outbound, gather, out var failed);
        if (failed)
        {
            FailSending();
        }

        return wroteAll;
    }

    /// <inheritdoc/>
    protected override void StopReceiving()
    {
        _inbox.Close();
        socket.ReadOn();
    }

    /// <summary>Looks how far Fleck has come, which reads on to the peer's Close and to the end.</summary>
    protected override void DiscardInput(FrameArena scratch)
    {
        PeerClosed = _inbox.End is { ByPeer: true };
        IsUnreadable = _inbox.End is { ByPeer: false };
        PeerFinished = socket.PeerFinished;
    }

    /// <summary>Does nothing: what Fleck keeps is not rented.</summary>
    protected override void ReleaseInput()
    {
    }

    /// <inheritdoc/>
    protected override void Drop() => socket.ResetAtRelease();

    /// <inheritdoc/>
    protected override bool TryShutDownSend() => socket.TryShutDownSend();

    /// <inheritdoc/>
    protected override void Release() => socket.Release();

    private void CheckPings(int count)
    {
        _controlFrames.Refill(Links.Options.PingsPerSecond, (Links.FrameClock - _refilledAt) / (double)TimeSpan.TicksPerSecond);
        _refilledAt = Links.FrameClock;
        _controlFrames.Take(count);
        if (_controlFrames.IsEmpty && End is null)
        {
            Close((ushort)CloseCode.PolicyViolation, $"more than {Links.Options.PingsPerSecond} pings a second");
        }
    }

    private void AppendReplies()
    {
        if (!socket.Replies.HasAny || !Outbound.HasRoom)
        {
            return;
        }

        var buffer = Links.Buffers.Rent(PendingReplies.CapacityBytes);
        buffer.Length = socket.Replies.Take(buffer.Bytes);
        Outbound.TryAppend(buffer, 0, buffer.Length);
        Links.MarkUnsent(this);
    }

    // A peer that dribbles is closed; one whose bytes this side has left unread is not.
    private void CheckMessageTimeout()
    {
        var messages = guard.Messages;
        var isWaiting = guard.IsIncomplete && !socket.IsHeldBack;
        if (!isWaiting || messages != _messagesSeen)
        {
            _messagesSeen = messages;
            _incompleteSince = isWaiting ? Links.FrameClock : -1;
        }
        else if (_incompleteSince < 0)
        {
            _incompleteSince = Links.FrameClock;
        }
        else if (Links.FrameClock - _incompleteSince > Links.Options.MessageTimeout.Ticks)
        {
            Close((ushort)CloseCode.MessageTimeout, "message not completed in time");
        }
    }

    private void Finish(InboxEnd end)
    {
        if (!end.ByPeer)
        {
            Close(end.Code, end.Reason);
        }
        else if (end.Code == (ushort)CloseCode.Abnormal)
        {
            IsLost = true;
            EndBy(new LinkEnd(end.Code, end.Reason, true));
        }
        else
        {
            EndByClose(end.Code, end.Reason);
        }
    }
}
