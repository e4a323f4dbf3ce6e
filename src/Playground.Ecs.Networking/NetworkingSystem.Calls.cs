using System.Buffers;
using Playground.Ecs.Networking.Channels;
using Playground.Ecs.Networking.Loop;
using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking;

// How calls of any thread reach the loop.
public sealed partial class NetworkingSystem
{
    private static readonly NetworkError Disposed = new NetworkError.NotConnected("the system is disposed");

    private bool IsDisposed => _state is State.Stopping or State.Stopped;

    /// <summary>Carries out a call on the loop: at once when this is its thread, else in its next frame.</summary>
    private ValueTask<NetworkResult<T>> Call<T>(Func<NetworkResult<T>> body, CancellationToken cancellationToken)
    {
        if (IsDisposed) return new(Disposed);
        if (TryHere(body, out var result)) return new(result);
        var completion = new TaskCompletionSource<NetworkResult<T>>(TaskCreationOptions.RunContinuationsAsynchronously);
        var posted = _calls.TryPost(() => Complete(completion, body));
        if (!posted.IsOk) return new(posted.Error!);
        RunCallsAfterTheEnd();
        if (!cancellationToken.CanBeCanceled) return new(completion.Task);
        return new(OrCancelled(completion, cancellationToken));
    }

    private void Complete<T>(TaskCompletionSource<NetworkResult<T>> completion, Func<NetworkResult<T>> body)
    {
        // Whoever gave up by now asked for nothing to be done.
        if (completion.Task.IsCompleted) return;
        try
        {
            completion.TrySetResult(_state == State.Stopped ? Disposed : body());
        }
        catch (Exception exception)
        {
            // It is the caller's, whose argument it was.
            completion.TrySetException(exception);
        }
    }

    // Other threads never take the lock: they do not wait for a frame, and a frame that waits for them does not wait for ever.
    private bool TryHere<T>(Func<NetworkResult<T>> body, out NetworkResult<T> result)
    {
        result = default;
        if (!_gate.IsHere) return false;
        lock (_gate.Lock)
        {
            if (!_gate.IsHere) return false;
            result = IsDisposed ? Disposed : body();
            return true;
        }
    }

    /// <summary>Runs what may not be lost on the loop: at once when this is its thread, else in its next frame; not any more when it is over.</summary>
    private void OnLoop(Action call)
    {
        if (_gate.IsHere)
        {
            lock (_gate.Lock)
            {
                if (_gate.IsHere)
                {
                    call();
                    return;
                }
            }
        }

        _calls.Post(static state => ((Action)state!)(), call);
        RunCallsAfterTheEnd();
    }

    private NetworkError? RunAfterTheEnd()
    {
        RunCallsAfterTheEnd();
        return null;
    }

    // A call posted while the last frame ended would wait for ever.
    private void RunCallsAfterTheEnd()
    {
        if (_state != State.Stopped) return;
        lock (_gate.Lock)
        {
            while (_calls.TryTake(out var call)) Run(call);
        }
    }

    private static async Task<NetworkResult<T>> OrCancelled<T>(
        TaskCompletionSource<NetworkResult<T>> completion, CancellationToken cancellationToken)
    {
        using var registration = cancellationToken.UnsafeRegister(
            static state => ((TaskCompletionSource<NetworkResult<T>>)state!).TrySetResult(new NetworkError.Cancelled()), completion);
        return await completion.Task.ConfigureAwait(false);
    }

    private async ValueTask<NetworkResult> CallWithoutValue(Func<NetworkResult> body, CancellationToken cancellationToken)
    {
        var result = await Call<bool>(
            () =>
            {
                var done = body();
                return done.IsOk ? true : done.Error!;
            },
            cancellationToken).ConfigureAwait(false);
        return result.IsOk ? NetworkResult.Ok : result.Error;
    }

    /// <summary>Sends at once on the loop's thread; from others checks what can be checked, copies and posts.</summary>
    private NetworkResult Send(ChannelId channelId, Entity receiver, ushort type, ReadOnlySpan<byte> data, Priority priority)
    {
        if (IsDisposed) return Disposed;
        if (_channels.Find(channelId) is not { } channel) return new NetworkError.ChannelNotFound(channelId);
        if (_gate.IsHere)
        {
            lock (_gate.Lock)
            {
                if (_gate.IsHere) return SendHere(channel, receiver, type, data, priority);
            }
        }

        // Seen from here the channel cannot be told from one that is being unregistered; the loop has the last word.
        if (Sends.Check(channel, type, data.Length, priority) is { } error) return error;
        return _calls.TryPost(
            new LoopCall { Channel = channel, Receiver = receiver, PacketType = type, Priority = priority }, data);
    }

    private NetworkResult SendHere(Channel channel, Entity receiver, ushort type, ReadOnlySpan<byte> data, Priority priority) =>
        receiver == Entity.Null
            ? Sends.ToChannel(channel, type, data, priority)
            : Sends.ToConnection(channel, receiver, type, data, priority);

    private void Run(in LoopCall call)
    {
        try
        {
            call.Action?.Invoke();
            call.Callback?.Invoke(call.State);
            if (call.Channel is null) return;
            SendHere(call.Channel, call.Receiver, call.PacketType, call.Data.AsSpan(0, call.Length), call.Priority);
        }
        catch (Exception exception) when (call.Channel is null)
        {
            // The continuation of somebody's await: its exception ends neither the frame nor the calls behind it.
            _log.CallFailed(exception);
        }
        finally
        {
            if (call.Data is not null) ArrayPool<byte>.Shared.Return(call.Data);
        }
    }
}
