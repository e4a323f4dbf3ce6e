namespace Playground.Ecs.Networking.Requests;

/// <content>Handlers: started in the frame's Update, answered for when they are done.</content>
internal sealed partial class RequestStage
{
    private readonly Queue<PendingRequest> _toHandle = [];

    /// <summary>Runs a call on the loop's thread: at once when that is the caller's. Set before the first frame.</summary>
    public Action<Action> OnLoop { get; set; } = null!;

    private void Handle(PendingRequest request, RequestHandler handler, ReadOnlyMemory<byte> body)
    {
        request.Handler = handler;
        request.Body = body;
        request.Cancellation = new CancellationTokenSource();
        _toHandle.Enqueue(request);
    }

    private void StartHandlers()
    {
        // What a handler asks is for the next frame.
        for (var left = _toHandle.Count; left > 0; left--)
        {
            var request = _toHandle.Dequeue();
            if (!request.IsDone) Start(request);
        }
    }

    private void Start(PendingRequest request)
    {
        var question = new ChannelRequest(
            request.Channel, request.Asker?.Entity ?? Entity.Null, request.Type, request.Body, request.Priority);
        request.Body = default;
        ValueTask<NetworkResult<ReadOnlyMemory<byte>>> answer;
        var begun = times.Begin();
        try
        {
            answer = request.Handler!(question, request.Cancellation!.Token);
        }
        catch (Exception exception)
        {
            // The plugin's own code: whatever it throws is its fault alone.
            End(request, default, exception);
            return;
        }
        finally
        {
            times.End(request.Channel, begun);
        }

        if (answer.IsCompletedSuccessfully) End(request, answer.Result, null);
        else _ = AwaitAsync(request, answer);
    }

    private async Task AwaitAsync(PendingRequest request, ValueTask<NetworkResult<ReadOnlyMemory<byte>>> answer)
    {
        NetworkResult<ReadOnlyMemory<byte>> result = default;
        Exception? failure = null;
        try
        {
            // In the loop's context, so that the answer leaves in the frame that completed it.
            result = await answer.ConfigureAwait(true);
        }
        catch (Exception exception)
        {
            failure = exception;
        }

        OnLoop(() => End(request, result, failure));
    }

    /// <summary>A handler is done.</summary>
    private void End(PendingRequest request, in NetworkResult<ReadOnlyMemory<byte>> result, Exception? failure)
    {
        request.Cancellation = null;
        if (failure is null)
        {
            Complete(request, result);
            return;
        }

        // Called off, it may end as it likes.
        if (request.IsDone && failure is OperationCanceledException) return;
        failures.Count(request.Channel, failure);
        Complete(request, new NetworkError.HandlerFailed($"at channel {request.Channel.Id}"));
    }

    private void CallOff(PendingRequest request)
    {
        if (request.Cancellation is not { } cancellation) return;
        request.Cancellation = null;
        _ = CancelAsync(request, cancellation);
    }

    // Not Cancel: the application's callbacks are none of the loop's.
    private async Task CancelAsync(PendingRequest request, CancellationTokenSource cancellation)
    {
        try
        {
            await cancellation.CancelAsync().ConfigureAwait(false);
        }
        catch (AggregateException exception)
        {
            OnLoop(() => failures.Count(request.Channel, exception));
        }
    }
}
