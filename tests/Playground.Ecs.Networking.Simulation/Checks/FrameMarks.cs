using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Sockets;

namespace Playground.Ecs.Networking.Simulation.Checks;

/// <summary>
/// Tells which of the server's frames a message on a link is from, also where the link takes it later, and holds the server to the
/// rule that no lane starves: one that waited 30 frames in which others were sent sends in the next one.
/// </summary>
internal sealed class FrameMarks
{
    private const int WaitedFramesMax = 31;

    private readonly Queue<Mark> _marks = [];
    private readonly int[] _waited = new int[8];
    private long _bytes;
    private int _sent;

    /// <summary>Where a frame's bytes end.</summary>
    /// <param name="Frame">The frame.</param>
    /// <param name="EndBytes">Bytes that the link was given until then, since it was opened.</param>
    /// <param name="Waiting">The lanes that still waited then and could have been sent, a bit each (<see cref="BitOf"/>).</param>
    /// <param name="HasFlushed">Lanes were emptied in the frame, as far as the budget went.</param>
    private readonly record struct Mark(long Frame, long EndBytes, int Waiting, bool HasFlushed);

    /// <summary>The lane's bit.</summary>
    public static int BitOf(Priority lane, bool isReliable) => 1 << (((int)lane * 2) + (isReliable ? 1 : 0));

    /// <summary>A frame has ended.</summary>
    public void EndFrame(long frame, long endBytes, int waiting, bool hasFlushed)
    {
        if (endBytes > _bytes || _marks.Count > 0) _marks.Enqueue(new Mark(frame, endBytes, waiting, hasFlushed));
    }

    /// <summary>The link took the next message.</summary>
    /// <param name="messageBytes">The message's length.</param>
    /// <param name="pings">WebSocket pings before it.</param>
    /// <param name="trainsUnderWay">Trains that were begun and not completed before it: two may be all that the receiver has room for.</param>
    /// <param name="who">The direction, for messages.</param>
    /// <returns>The frame that it is from; -1 when it is later than the last one that ended.</returns>
    public long Take(int messageBytes, int pings, int trainsUnderWay, string who)
    {
        _bytes += pings * FrameHeader.ServerLength(0);
        _bytes += FrameHeader.ServerLength(messageBytes) + messageBytes;
        while (_marks.Count > 0 && _marks.Peek().EndBytes < _bytes) Judge(_marks.Dequeue(), trainsUnderWay < 2, who);
        return _marks.Count > 0 ? _marks.Peek().Frame : -1;
    }

    /// <summary>A packet of the message is of this lane.</summary>
    public void Sees(in PacketHeader header) => _sent |= BitOf(header.Priority, header.IsReliable);

    private void Judge(in Mark mark, bool mayBeginTrains, string who)
    {
        for (var i = 0; i < _waited.Length; i++)
        {
            var bit = 1 << i;
            if ((_sent & bit) != 0 || (mark.Waiting & bit) == 0) _waited[i] = 0;
            else if (mark.HasFlushed && mayBeginTrains && ++_waited[i] > WaitedFramesMax) throw new SimulationFailedException($"{who}: lane {(Priority)(i / 2)} waited {_waited[i]} frames while others were sent");
        }

        _sent = 0;
    }
}
