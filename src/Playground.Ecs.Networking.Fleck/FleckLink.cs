using System.Net.Sockets;
using Playground.Ecs.Networking.Links;
using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Sockets;

namespace Playground.Ecs.Networking.Fleck;

/// <summary>
/// A WebSocket that Fleck reads: the loop takes what Fleck's threads put into the inbox, and writes framed bytes to the connection's
/// socket itself. Loop thread only, but for the sender's half.
/// </summary>
/// <param name="transport">Whose link this is.</param>
/// <param name="socket">The connection; released when the link is over.</param>
/// <param name="guard">What Fleck receives passes through it.</param>
/// <param name="upgrade">What the request said.</param>
internal sealed partial class FleckLink(FleckTransport transport, FleckSocket socket, FrameGuard guard, LinkUpgrade upgrade) : SendingLink(upgrade)
{
    private readonly FleckInbox _inbox = socket.Inbox;
    private int _turnBytes;
    private int _messagesSeen;
    private long _incompleteSince = -1;

    /// <summary>Where the transport keeps this link in its list; -1: not there.</summary>
    public int Index { get; set; } = -1;

    /// <summary>The connection.</summary>
    public FleckSocket Socket => socket;

    /// <inheritdoc/>
    public override bool TryReceive(FrameArena arena, out ArraySegment<byte> message)
    {
        message = default;
        if (End is not null)
        {
            return false;
        }

        // Looked at first: what is in the inbox then came before it.
        var end = _inbox.End;
        if (_turnBytes < transport.Options.ReceiveBudgetBytes)
        {
            if (_inbox.TryTake(arena, out message))
            {
                _turnBytes += Math.Max(1, message.Count);
                return true;
            }

            if (end is not null)
            {
                Finish(end);
            }
        }

        return false;
    }

    /// <inheritdoc/>
    public override void EndReceive()
    {
        _turnBytes = 0;
        BytesReceived = guard.BytesReceived;
        ControlFramesReceived = guard.ControlFrames;
        if (End is not null)
        {
            return;
        }

        AppendReplies();
        CheckMessageTimeout();
        socket.ReadOn();
    }

    /// <inheritdoc/>
    protected override int Send(ReadOnlySpan<byte> bytes, out SocketError error) => socket.Write(bytes, out error);

    private void AppendReplies()
    {
        if (!socket.Replies.HasAny || !Outbound.HasRoom)
        {
            return;
        }

        var buffer = transport.Buffers.Rent(PendingReplies.CapacityBytes);
        buffer.Length = socket.Replies.Take(buffer.Bytes);
        Outbound.TryAppend(buffer, 0, buffer.Length);
        transport.MarkUnsent(this);
    }

    // A peer that dribbles is closed; one whose bytes this side has left unread is not.
    private void CheckMessageTimeout()
    {
        var messages = guard.Messages;
        var isWaiting = guard.IsIncomplete && !socket.IsHeldBack;
        if (!isWaiting || messages != _messagesSeen)
        {
            _messagesSeen = messages;
            _incompleteSince = isWaiting ? transport.FrameClock : -1;
        }
        else if (_incompleteSince < 0)
        {
            _incompleteSince = transport.FrameClock;
        }
        else if (transport.FrameClock - _incompleteSince > transport.Options.MessageTimeout.Ticks)
        {
            Close((ushort)CloseCode.MessageTimeout, "message not completed in time");
        }
    }

    private void Finish(InboxEnd end)
    {
        if (!end.ByPeer)
        {
            Close(end.Code, end.Reason);
            return;
        }

        _lost = end.Code == (ushort)CloseCode.Abnormal;
        _closeFrame = _lost ? null : (end.Code, string.Empty);
        End = new LinkEnd(end.Code, end.Reason, true);
        BeginClosing();
    }
}
