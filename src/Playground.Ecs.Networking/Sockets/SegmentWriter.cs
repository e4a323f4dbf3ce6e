using System.Net.Sockets;
using Playground.Ecs.Networking.Links;

namespace Playground.Ecs.Networking.Sockets;

/// <summary>Writes a link's queue to a non-blocking socket.</summary>
internal static class SegmentWriter
{
    /// <summary>Sender: writes what is queued, as far as the kernel takes it now.</summary>
    /// <param name="socket">Non-blocking.</param>
    /// <param name="queue">What to write.</param>
    /// <param name="gather">Scratch memory to join segments in, so that they leave in one call.</param>
    /// <param name="failed">Nothing further can be sent.</param>
    /// <returns>False when bytes are left for a later pass.</returns>
    public static bool TryWriteAll(Socket socket, OutboundQueue queue, byte[] gather, out bool failed)
    {
        failed = false;
        while (queue.TryPeek(out var bytes))
        {
            if (queue.UnwrittenSegments > 1)
            {
                bytes = new ArraySegment<byte>(gather, 0, queue.CopyTo(gather));
            }

            var count = socket.Send(bytes, SocketFlags.None, out var error);
            if (error is not SocketError.Success)
            {
                failed = error != SocketError.WouldBlock;
                return failed;
            }

            queue.Advance(count);
            if (count < bytes.Count)
            {
                return false;
            }
        }

        return true;
    }
}
