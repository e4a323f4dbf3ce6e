using System.Buffers;
using Playground.Ecs.Networking.Links;
using Playground.Ecs.Networking.Sockets;

namespace Playground.Ecs.Networking.Kestrel;

/// <content>
/// Answers to pings while the loop stands still, by <see cref="LateFrames"/>. Whoever reads holds the input: the loop from the first receive of
/// a turn to the turn's end, and for good from the link's end on.
/// </content>
internal sealed partial class UpgradedLink
{
    // What is read before the loop gets to it; pings behind more wait for the loop.
    private const int AheadBytesMax = 16 * 1024;

    private const int Idle = 0;
    private const int Held = 1;

    // The loop's until its first turn ends.
    private int _input = Held;
    private bool _loopHolds = true;

    /// <inheritdoc/>
    public override bool TryReceive(FrameArena arena, out ArraySegment<byte> message)
    {
        TakeInput();
        return base.TryReceive(arena, out message);
    }

    /// <inheritdoc/>
    public override void EndReceive()
    {
        TakeInput();
        base.EndReceive();
        if (End is not null) return;
        _loopHolds = false;
        Volatile.Write(ref _input, Idle);
    }

    /// <inheritdoc/>
    public override void AnswerAhead()
    {
        if (Interlocked.CompareExchange(ref _input, Held, Idle) != Idle) return;
        ReadAhead();
        if (TryBeginAnswer())
        {
            WritePongs();
            EndAnswer();
        }

        Volatile.Write(ref _input, Idle);
    }

    /// <inheritdoc/>
    protected override void StopReceiving()
    {
        // Before the Close frame is queued: no Pong follows it.
        TakeInput();
        base.StopReceiving();
    }

    private void TakeInput()
    {
        if (_loopHolds) return;
        var spin = default(SpinWait);
        while (Interlocked.CompareExchange(ref _input, Held, Idle) != Idle) spin.SpinOnce();
        _loopHolds = true;
    }

    // A failure stays where it is, for the loop to find.
    private void ReadAhead()
    {
        while (!_sawEnd)
        {
            if (!_isReading)
            {
                if (_received is not null && _end == _received.Length) return;
                BeginRead(AheadBytesMax);
            }

            if (!_reading.IsCompletedSuccessfully || !TryEndRead(out _)) return;
        }
    }

    // Only between whole frames: behind everything that was queued, with nothing of it under way.
    private void WritePongs()
    {
        if (SendFailed || (_isWriting && (!_writing.IsCompleted || !TryEndWrite())) || Outbound.TryPeek(out _)) return;
        _written = ArrayPool<byte>.Shared.Rent(PongBuffer.CapacityBytes);
        var count = WritePongsAhead(_received is null ? default : _received.AsSpan(_start, _end - _start), _written);
        if (count == 0)
        {
            Return(ref _written);
            return;
        }

        BeginWrite(count);
        if (_writing.IsCompleted) TryEndWrite();
    }
}
