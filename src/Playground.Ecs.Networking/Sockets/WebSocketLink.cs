using System.Net.Sockets;
using Playground.Ecs.Networking.Links;
using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.Sockets;

/// <summary>
/// A WebSocket whose frames are read and written here, over bytes that never block. The loop receives and reads frames; the
/// sender writes <see cref="Link.Outbound"/> through the other half of this class. Owner of what its window and its unfinished
/// message rent; where bytes come from and go to is the subclass's.
/// </summary>
internal abstract partial class WebSocketLink : WireLink
{
    private byte[]? _glued;
    private ReceiveWindow _window;
    private FrameReader _reader;
    private PartialMessage _partial;
    private PongBuffer _pongs;
    private TokenBucket _controlFrames;
    private long _refilledAt;

    private int _turnBytes;
    private bool _drained;
    private bool _waitsForRest;
    private long _incompleteSince = -1;

    /// <summary>An upgraded connection. Any thread.</summary>
    /// <param name="links">Whose link this is.</param>
    /// <param name="upgrade">What the request said.</param>
    /// <param name="glued">Bytes that came with the request, behind it.</param>
    protected WebSocketLink(LinkSet links, LinkUpgrade upgrade, byte[] glued)
        : base(links, upgrade)
    {
        _glued = glued;
        _controlFrames = new TokenBucket(links.Options.PingsPerSecond);
        _reader = new FrameReader(ProtocolLimits.MaxMessageBytes, links.Options.MessageFragmentsMax, acceptsText: false);
    }

    /// <summary>Something of an earlier turn waits: for the rest of its message, or to be answered.</summary>
    protected bool HoldsInput => _window.Count > 0 || _reader.InMessage || _pongs.HasAny;

    /// <inheritdoc/>
    public override void Begin()
    {
        BytesReceived = _glued!.Length;
        _window.Begin(_glued, Links.Buffers);
        _glued = null;
    }

    /// <inheritdoc/>
    public override bool TryReceive(FrameArena arena, out ArraySegment<byte> message)
    {
        while (End is null)
        {
            var step = _reader.Read(_window.Unread, out var frame);
            if (step == FrameStep.Message)
            {
                _incompleteSince = -1;
                message = _window.Take(arena, in frame);
                return true;
            }

            if (step == FrameStep.NeedMore)
            {
                if (!Refill(arena))
                {
                    break;
                }
            }
            else if (step == FrameStep.LastFragment)
            {
                _incompleteSince = -1;
                message = FinishFragments(arena, in frame);
                return true;
            }
            else
            {
                Handle(step, in frame);
            }
        }

        message = default;
        return false;
    }

    /// <inheritdoc/>
    public override void EndReceive()
    {
        if (End is not null)
        {
            return;
        }

        if (_pongs.HasAny && _pongs.TryAppendTo(Outbound))
        {
            Links.MarkUnsent(this);
        }

        EndTurn();
        CheckMessageTimeout();
    }

    /// <summary>Loop: receives what has arrived. Never waits.</summary>
    /// <param name="space">Where to; not empty.</param>
    /// <param name="error">WouldBlock where nothing has arrived, another one where the connection is lost.</param>
    /// <param name="isDrained">There is no more for now: asking again would only cost a call.</param>
    /// <returns>The bytes received; 0 with Success when the peer has stopped sending.</returns>
    protected abstract int Receive(Span<byte> space, out SocketError error, out bool isDrained);

    /// <inheritdoc/>
    protected override void StopReceiving()
    {
        _window.EndTurn(Links.Buffers);
        _partial.Release();
        _pongs.Release();
    }

    /// <inheritdoc/>
    protected override void ReleaseInput()
    {
        _window.Release();
        _partial.Release();
        _pongs.Release();
    }

    /// <inheritdoc/>
    protected override void DiscardInput(FrameArena scratch)
    {
        do
        {
            while (!IsUnreadable && !PeerClosed && SkipFrame())
            {
            }

            if (IsUnreadable || PeerClosed)
            {
                _window.Skip(_window.Count);
            }
        }
        while (!PeerFinished && Refill(scratch));
        IsQuiet = _turnBytes == 0;
        EndTurn();
    }

    private bool SkipFrame()
    {
        var step = _reader.Read(_window.Unread, out var frame);
        IsUnreadable = step == FrameStep.Violation;
        PeerClosed = step == FrameStep.Close;
        if (step is FrameStep.NeedMore or FrameStep.Violation)
        {
            return false;
        }

        _window.Skip(frame.Consumed);
        return true;
    }

    private void EndTurn()
    {
        _window.EndTurn(Links.Buffers);
        _turnBytes = 0;
        _drained = false;
    }

    // A peer that dribbles is closed; one whose bytes this side has left unread is not.
    private void CheckMessageTimeout()
    {
        if (!_waitsForRest || (_window.Count == 0 && !_reader.InMessage))
        {
            _incompleteSince = -1;
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

    /// <summary>Receives behind the unread bytes.</summary>
    /// <returns>False when nothing more comes in this turn, or ever.</returns>
    private bool Refill(FrameArena arena)
    {
        _waitsForRest = _drained;
        if (_drained || _turnBytes >= Links.Options.ReceiveBudgetBytes)
        {
            return false;
        }

        var space = _window.GetSpace(arena, Links.Buffers);
        var count = Receive(space, out var error, out _drained);
        if (count > 0)
        {
            _window.Received(arena, count);
            _turnBytes += count;
            BytesReceived += count;
            return true;
        }

        if (error == SocketError.WouldBlock && !SendFailed)
        {
            _drained = _waitsForRest = true;
            return false;
        }

        Lose(error);
        return false;
    }

    private void Lose(SocketError error)
    {
        PeerFinished = true;
        IsLost |= error != SocketError.Success || End is null;
        if (End is null)
        {
            EndBy(new LinkEnd((ushort)CloseCode.Abnormal, error == SocketError.Success ? "ended without a Close frame" : error.ToString(), true));
        }
    }

    private void Handle(FrameStep step, in FrameRead frame)
    {
        if (step is FrameStep.Violation)
        {
            Fail(frame.Violation, frame.Reason!);
            return;
        }

        var payload = _window.Unread.Slice(frame.Offset, frame.Length);
        _window.Skip(frame.Consumed);
        switch (step)
        {
            case FrameStep.Fragment:
                _partial.Append(payload, Links.Buffers);
                break;
            case FrameStep.Ping:
                if (_answeredAhead > 0) _answeredAhead--;
                else _pongs.Add(payload, Links.Buffers);
                CountControlFrame();
                break;
            case FrameStep.Pong:
                CountControlFrame();
                break;
            default:
                HandleClose(payload);
                break;
        }
    }

    private void CountControlFrame()
    {
        ControlFramesReceived++;
        var elapsed = Links.FrameClock - _refilledAt;
        if (elapsed > 0)
        {
            _controlFrames.Refill(Links.Options.PingsPerSecond, elapsed / (double)TimeSpan.TicksPerSecond);
            _refilledAt = Links.FrameClock;
        }

        if (!_controlFrames.TryTake(1))
        {
            Fail(CloseCode.PolicyViolation, $"more than {Links.Options.PingsPerSecond} pings a second");
        }
    }

    private ArraySegment<byte> FinishFragments(FrameArena arena, in FrameRead frame)
    {
        _partial.Append(_window.Unread.Slice(frame.Offset, frame.Length), Links.Buffers);
        _window.Skip(frame.Consumed);
        return _partial.Finish(arena);
    }

    private void HandleClose(ReadOnlySpan<byte> body)
    {
        PeerClosed = true;
        var violation = CloseFrame.Read(body, out var code, out var reason);
        if (violation != CloseCode.None)
        {
            Fail(violation, "malformed Close frame");
            return;
        }

        EndByClose(code, reason);
    }

    private void Fail(CloseCode code, string reason)
    {
        IsUnreadable = true;
        Close((ushort)code, reason);
    }
}
