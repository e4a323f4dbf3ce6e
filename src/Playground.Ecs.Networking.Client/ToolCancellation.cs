namespace Playground.Ecs.Networking.Client;

/// <summary>Ends a tool call: its time, the server's word or the end of its session. Any thread.</summary>
internal sealed class ToolCancellation : IDisposable
{
    private readonly CancellationTokenSource _time;
    private readonly CancellationTokenSource _any;
    private volatile bool _isCalledOff;

    public ToolCancellation(TimeSpan timeout, TimeProvider time, CancellationToken session)
    {
        _time = new CancellationTokenSource(timeout, time);
        _any = CancellationTokenSource.CreateLinkedTokenSource(_time.Token, session);
        Token = _any.Token;
    }

    public CancellationToken Token { get; }

    /// <summary>True when the server wants no answer any more.</summary>
    public bool IsCalledOff => _isCalledOff;

    /// <summary>Of no effect when the call is over.</summary>
    public async ValueTask CallOffAsync()
    {
        _isCalledOff = true;
        try
        {
            await _any.CancelAsync().ConfigureAwait(false);
        }
        catch (ObjectDisposedException)
        {
            // The call ended at the same moment.
        }
    }

    public void Dispose()
    {
        _any.Dispose();
        _time.Dispose();
    }
}
