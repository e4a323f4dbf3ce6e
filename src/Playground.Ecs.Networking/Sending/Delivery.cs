using Playground.Ecs.Networking.Channels;
using Playground.Ecs.Networking.Sessions;

namespace Playground.Ecs.Networking.Sending;

/// <summary>
/// One reliable send that somebody waits for: done when each receiver has acknowledged it or its session is over
/// (PROTOCOL.md, section 8). Loop thread only; the task may be awaited anywhere.
/// </summary>
internal sealed class Delivery(Channel? channel)
{
    private const int NamesMax = 10;

    private readonly TaskCompletionSource<NetworkResult> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly HashSet<Connection> _waiting = [];
    private readonly List<string> _failed = [];
    private bool _isSealed;

    /// <summary>The channel whose subscribers receive it; null when it is for one connection.</summary>
    public Channel? Channel { get; } = channel;

    public Task<NetworkResult> Task => _completion.Task;

    /// <summary>Adds a receiver.</summary>
    public void Await(Connection receiver) => _waiting.Add(receiver);

    /// <summary>Says that all receivers are known.</summary>
    public void Seal()
    {
        _isSealed = true;
        CompleteIfDone();
    }

    /// <summary>A receiver has it.</summary>
    public void Acknowledge(Connection receiver) => Withdraw(receiver);

    /// <summary>A receiver is none any more.</summary>
    public void Withdraw(Connection receiver)
    {
        _waiting.Remove(receiver);
        CompleteIfDone();
    }

    /// <summary>A receiver's session ended before it acknowledged.</summary>
    public void Fail(Connection receiver)
    {
        if (_waiting.Remove(receiver)) _failed.Add(receiver.PeerId);
        CompleteIfDone();
    }

    /// <summary>The caller's deadline has passed. What is queued is delivered all the same.</summary>
    public void TimeOut()
    {
        if (_completion.Task.IsCompleted) return;
        _failed.AddRange(_waiting.Select(c => c.PeerId));
        _waiting.Clear();
        _completion.TrySetResult(new NetworkError.Timeout($"no acknowledgement from {Names()}"));
    }

    /// <summary>The caller gave up. What is queued is delivered all the same.</summary>
    public void Cancel() => _completion.TrySetResult(new NetworkError.Cancelled());

    private void CompleteIfDone()
    {
        if (!_isSealed || _waiting.Count > 0) return;
        _completion.TrySetResult(
            _failed.Count == 0 ? NetworkResult.Ok : new NetworkError.NotConnected($"no acknowledgement from {Names()}"));
    }

    private string Names()
    {
        var names = string.Join(", ", _failed.Order(StringComparer.Ordinal).Take(NamesMax));
        return _failed.Count > NamesMax ? $"{names} and {_failed.Count - NamesMax} more" : names;
    }
}
