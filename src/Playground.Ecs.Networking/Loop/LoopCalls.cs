using System.Buffers;
using System.Collections.Concurrent;

namespace Playground.Ecs.Networking.Loop;

/// <summary>
/// The way from other threads to the loop: a queue bounded in calls and bytes. Any thread posts, the loop runs.
/// </summary>
internal sealed class LoopCalls(int callsMax, long bytesMax)
{
    private readonly ConcurrentQueue<LoopCall> _queue = new();
    private int _count;
    private long _bytes;
    private long _refused;

    /// <summary>Calls refused because the queue was full.</summary>
    public long Refused => Interlocked.Read(ref _refused);

    /// <summary>Posts a call.</summary>
    /// <returns>LimitExceeded when the queue is full.</returns>
    public NetworkResult TryPost(Action action)
    {
        if (Reserve(0) is { } error) return error;
        _queue.Enqueue(new LoopCall { Action = action });
        return NetworkResult.Ok;
    }

    /// <summary>Posts a send; its data are copied before this returns.</summary>
    /// <returns>LimitExceeded when the queue is full.</returns>
    public NetworkResult TryPost(in LoopCall send, ReadOnlySpan<byte> data)
    {
        if (Reserve(data.Length) is { } error) return error;
        var copy = ArrayPool<byte>.Shared.Rent(data.Length);
        data.CopyTo(copy);
        _queue.Enqueue(new LoopCall
        {
            Channel = send.Channel,
            Receiver = send.Receiver,
            PacketType = send.PacketType,
            Priority = send.Priority,
            Data = copy,
            Length = data.Length,
        });
        return NetworkResult.Ok;
    }

    /// <summary>Posts what may not be lost: the continuation of an await, the end of an authentication.</summary>
    public void Post(SendOrPostCallback callback, object? state)
    {
        Interlocked.Increment(ref _count);
        _queue.Enqueue(new LoopCall { Callback = callback, State = state });
    }

    /// <summary>Loop: takes the next call.</summary>
    public bool TryTake(out LoopCall call)
    {
        if (!_queue.TryDequeue(out call)) return false;
        Interlocked.Decrement(ref _count);
        if (call.Length > 0) Interlocked.Add(ref _bytes, -call.Length);
        return true;
    }

    /// <summary>Loop: how many calls wait now; those posted while they run are for the next frame.</summary>
    public int Count => Volatile.Read(ref _count);

    private NetworkError.LimitExceeded? Reserve(int bytes)
    {
        var count = Interlocked.Increment(ref _count);
        var total = bytes > 0 ? Interlocked.Add(ref _bytes, bytes) : 0;
        if (count <= callsMax && total <= bytesMax) return null;
        Interlocked.Decrement(ref _count);
        if (bytes > 0) Interlocked.Add(ref _bytes, -bytes);
        Interlocked.Increment(ref _refused);
        return count > callsMax
            ? new NetworkError.LimitExceeded(nameof(NetworkingOptions.PostedCallsMax), callsMax, count)
            : new NetworkError.LimitExceeded(nameof(NetworkingOptions.PostedBytesMax), bytesMax, total);
    }
}
