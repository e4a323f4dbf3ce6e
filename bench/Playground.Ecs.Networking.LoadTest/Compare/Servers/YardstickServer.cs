using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Sockets;
using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.LoadTest.Compare.Servers;

/// <summary>
/// What plain sockets cost, and nothing else: in each frame one non-blocking Receive over all of them, then one non-blocking Send each of the
/// bytes that the NetworkingSystem would send, framed beforehand. It checks nothing: its peers are the load client.
/// </summary>
internal sealed class YardstickServer(TrafficShape shape, Tally tally) : ILoadServer
{
    private readonly ConcurrentQueue<Socket> _accepted = [];
    private readonly List<YardstickPeer> _peers = [];
    private readonly byte[] _message = Frame(shape.Batch(new ChannelId(1000)));
    private readonly byte[] _receiving = new byte[64 * 1024];
    private YardstickAcceptor? _acceptor;

    public Task<int> StartAsync()
    {
        _acceptor = new YardstickAcceptor(_accepted.Enqueue);
        return Task.FromResult(_acceptor.Port);
    }

    public long RunFrame(float step)
    {
        while (_accepted.TryDequeue(out var socket)) _peers.Add(new YardstickPeer(socket, shape, tally));
        for (var i = _peers.Count - 1; i >= 0; i--)
        {
            if (!_peers[i].Receive(_receiving)) Remove(i);
        }

        var flushBegun = Stopwatch.GetTimestamp();
        if (shape.ServerSends)
        {
            foreach (var peer in _peers) peer.Send(_message);
        }

        return flushBegun;
    }

    public ValueTask DisposeAsync()
    {
        _acceptor?.Dispose();
        _peers.ForEach(static peer => peer.Dispose());
        return ValueTask.CompletedTask;
    }

    /// <summary>A batch as one unmasked WebSocket message.</summary>
    internal static byte[] Frame(ReadOnlySpan<byte> batch)
    {
        var header = HeaderBytes(batch.Length);
        var frame = new byte[header + batch.Length];
        frame[0] = 0x82;
        if (header == 2)
        {
            frame[1] = (byte)batch.Length;
        }
        else if (header == 4)
        {
            frame[1] = 126;
            BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(2), (ushort)batch.Length);
        }
        else
        {
            frame[1] = 127;
            BinaryPrimitives.WriteUInt64BigEndian(frame.AsSpan(2), (ulong)batch.Length);
        }

        batch.CopyTo(frame.AsSpan(header));
        return frame;
    }

    private static int HeaderBytes(int payload) => payload < 126 ? 2 : payload <= ushort.MaxValue ? 4 : 10;

    private void Remove(int index)
    {
        _peers[index].Dispose();
        _peers[index] = _peers[^1];
        _peers.RemoveAt(_peers.Count - 1);
        tally.CountEnded();
    }
}
