using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.Sockets;

/// <summary>What one call of <see cref="FrameReader.Read"/> found.</summary>
internal enum FrameStep
{
    /// <summary>No whole frame yet, and nothing wrong so far.</summary>
    NeedMore,

    /// <summary>A whole message in one frame.</summary>
    Message,

    /// <summary>A part of a message; more follow.</summary>
    Fragment,

    /// <summary>The last part of a message.</summary>
    LastFragment,

    /// <summary>A Ping.</summary>
    Ping,

    /// <summary>A Pong.</summary>
    Pong,

    /// <summary>A Close, its body not judged yet.</summary>
    Close,

    /// <summary>The peer broke the rules; the stream cannot be read on.</summary>
    Violation,
}

/// <summary>
/// Cuts a client's byte stream into frames and checks their order (RFC 6455, sections 5.4 and 5.5). Keeps no bytes: the
/// caller owns the window, and joins fragments where it wants them. A mutable struct: one per link, never copied.
/// </summary>
/// <param name="messageBytesMax">The largest message, fragments together.</param>
/// <param name="fragmentsMax">The most frames of one message.</param>
/// <param name="acceptsText">False: a text message is a violation (1003).</param>
internal struct FrameReader(int messageBytesMax, int fragmentsMax, bool acceptsText)
{
    private int _fragments;
    private int _messageBytes;
    private Opcode _opcode;

    /// <summary>A fragmented message has begun and not ended.</summary>
    public readonly bool InMessage => _fragments > 0;

    /// <summary>
    /// Reads the frame at the start of <paramref name="window"/> and unmasks it there. A frame that breaks a rule or a
    /// limit is refused by its header, before its payload is waited for.
    /// </summary>
    public FrameStep Read(Span<byte> window, out FrameRead read)
    {
        var step = ReadHeader(window, out var frame, out read);
        if (step is not null)
        {
            return step.Value;
        }

        read = new FrameRead(_fragments > 0 ? _opcode : frame.Opcode, frame.HeaderLength, (int)frame.PayloadLength);
        if (window.Length < read.Consumed)
        {
            return FrameStep.NeedMore;
        }

        FrameMask.Apply(window.Slice(read.Offset, read.Length), frame.Mask);
        return Complete(in frame);
    }

    /// <summary>Reads and judges the header at the start of <paramref name="window"/>, whether its payload is there or not.</summary>
    /// <returns>Null for a header that is whole and allowed; NeedMore; Violation, which <paramref name="read"/> names.</returns>
    public readonly FrameStep? ReadHeader(ReadOnlySpan<byte> window, out ClientFrame frame, out FrameRead read)
    {
        read = default;
        var status = FrameHeader.TryRead(window, out frame);
        if (status == FrameHeaderStatus.Incomplete)
        {
            return FrameStep.NeedMore;
        }

        if (status != FrameHeaderStatus.Whole)
        {
            return Violate(CloseCode.ProtocolError, FrameHeader.Describe(status), out read);
        }

        return frame.Opcode < Opcode.Close && Judge(in frame, out read) ? FrameStep.Violation : null;
    }

    /// <summary>Counts a frame that <see cref="ReadHeader"/> allowed, once its payload is there.</summary>
    public FrameStep Complete(in ClientFrame frame) => frame.Opcode >= Opcode.Close ? ControlStep(frame.Opcode) : DataStep(in frame);

    private static FrameStep ControlStep(Opcode opcode) => opcode switch
    {
        Opcode.Ping => FrameStep.Ping,
        Opcode.Pong => FrameStep.Pong,
        _ => FrameStep.Close,
    };

    private static FrameStep Violate(CloseCode code, string reason, out FrameRead read)
    {
        read = new FrameRead(code, reason);
        return FrameStep.Violation;
    }

    private FrameStep DataStep(in ClientFrame frame)
    {
        if (_fragments == 0)
        {
            if (frame.Final)
            {
                return FrameStep.Message;
            }

            _opcode = frame.Opcode;
        }

        if (frame.Final)
        {
            _fragments = 0;
            _messageBytes = 0;
            return FrameStep.LastFragment;
        }

        _fragments++;
        _messageBytes += (int)frame.PayloadLength;
        return FrameStep.Fragment;
    }

    private readonly bool Judge(in ClientFrame frame, out FrameRead read)
    {
        read = default;
        if (frame.Opcode == Opcode.Continuation != _fragments > 0)
        {
            Violate(CloseCode.ProtocolError, _fragments > 0 ? "new message inside a fragmented one" : "continuation of nothing", out read);
        }
        else if (frame.Opcode == Opcode.Text && !acceptsText)
        {
            Violate(CloseCode.UnsupportedMessage, "text messages are not accepted", out read);
        }
        else if (frame.PayloadLength > messageBytesMax - _messageBytes)
        {
            Violate(CloseCode.MessageTooBig, $"message above {messageBytesMax} bytes", out read);
        }
        else if (_fragments >= fragmentsMax)
        {
            Violate(CloseCode.PolicyViolation, $"message of more than {fragmentsMax} fragments", out read);
        }

        return read.Violation != CloseCode.None;
    }
}

/// <summary>The frame that <see cref="FrameReader.Read"/> found, or the rule that it broke.</summary>
internal readonly struct FrameRead
{
    /// <summary>A frame in the window.</summary>
    public FrameRead(Opcode opcode, int offset, int length)
    {
        Opcode = opcode;
        Offset = offset;
        Length = length;
    }

    /// <summary>A broken rule.</summary>
    public FrameRead(CloseCode violation, string reason)
    {
        Violation = violation;
        Reason = reason;
    }

    /// <summary>The message's opcode (for a fragment: that of its first one), or the control frame's.</summary>
    public Opcode Opcode { get; }

    /// <summary>Where the payload begins in the window.</summary>
    public int Offset { get; }

    /// <summary>Bytes of the payload.</summary>
    public int Length { get; }

    /// <summary>Bytes of the whole frame.</summary>
    public int Consumed => Offset + Length;

    /// <summary>The code to close with; None for a frame.</summary>
    public CloseCode Violation { get; }

    /// <summary>What to tell the peer; null for a frame.</summary>
    public string? Reason { get; }
}
