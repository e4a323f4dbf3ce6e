using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.Sockets;

/// <content>Answers to pings that the loop has not read yet.</content>
internal abstract partial class WebSocketLink
{
    // The first pings of what is unread were answered; the loop counts them when it reads them, and answers the others.
    private int _answeredAhead;

    /// <summary>Answers pings that the loop will read later, while it begins no frame. Any thread, one at a time; never waits.</summary>
    public virtual void AnswerAhead()
    {
    }

    /// <summary>
    /// Writes Pongs for pings that are unread, each once. Up to the number that the loop lets pass at once: more cost the peer its link when
    /// it reads them. Whether frames are allowed where they are is the loop's to judge.
    /// </summary>
    /// <param name="behind">What was received behind the loop's window.</param>
    /// <param name="pongs">Where to.</param>
    /// <returns>The bytes written.</returns>
    protected int WritePongsAhead(ReadOnlySpan<byte> behind, Span<byte> pongs)
    {
        Span<byte> start = stackalloc byte[FrameHeader.ClientMax + FrameHeader.ControlPayloadMax];
        var (offset, pings, written) = (0, 0, 0);
        while (TryReadFrame(offset, behind, start, out var frame, out var payload))
        {
            if (frame.Opcode == Opcode.Ping && pings++ == _answeredAhead)
            {
                var isWhole = payload.Length == frame.PayloadLength;
                var hasRoom = written + FrameHeader.ServerLength(payload.Length) + payload.Length <= pongs.Length;
                if (!isWhole || !hasRoom || _answeredAhead == Links.Options.PingsPerSecond) break;
                written += WritePong(payload, frame.Mask, pongs[written..]);
                _answeredAhead++;
            }

            offset += frame.HeaderLength + (int)frame.PayloadLength;
        }

        return written;
    }

    private static int WritePong(ReadOnlySpan<byte> masked, uint mask, Span<byte> destination)
    {
        var header = FrameHeader.WriteServer(destination, Opcode.Pong, masked.Length);
        masked.CopyTo(destination[header..]);
        FrameMask.Apply(destination.Slice(header, masked.Length), mask);
        return header + masked.Length;
    }

    private bool TryReadFrame(int offset, ReadOnlySpan<byte> behind, Span<byte> start, out ClientFrame frame, out ReadOnlySpan<byte> payload)
    {
        payload = default;
        var count = CopyUnread(offset, behind, start);
        if (FrameHeader.TryRead(start[..count], out frame) != FrameHeaderStatus.Whole) return false;
        if (frame.Opcode == Opcode.Close || frame.PayloadLength > ProtocolLimits.MaxMessageBytes) return false;
        payload = start.Slice(frame.HeaderLength, (int)Math.Min(count - frame.HeaderLength, frame.PayloadLength));
        return true;
    }

    private int CopyUnread(int offset, ReadOnlySpan<byte> behind, Span<byte> destination)
    {
        ReadOnlySpan<byte> first = _window.Unread;
        first = first[Math.Min(offset, first.Length)..];
        var rest = behind[Math.Clamp(offset - _window.Count, 0, behind.Length)..];
        var count = Math.Min(first.Length, destination.Length);
        first[..count].CopyTo(destination);
        var more = Math.Min(rest.Length, destination.Length - count);
        rest[..more].CopyTo(destination[count..]);
        return count + more;
    }
}
