using System.Text.Json;

namespace Playground.Ecs.Networking.Mcp;

/// <content>Handlers: started in the frame's Update or at its end, answered for when they are done.</content>
internal sealed partial class ToolStage
{
    private readonly McpOptions _limits = options.Mcp ?? new McpOptions();
    private readonly Queue<PendingToolCall> _toHandle = [];
    private readonly Queue<PendingToolCall> _toHandleAtEnd = [];

    /// <summary>Runs a call on the loop's thread: at once when that is the caller's. Set before the first frame.</summary>
    public Action<Action> OnLoop { get; set; } = null!;

    /// <summary>Checks the arguments of a call that a tool makes. Set before the first frame.</summary>
    public ToolCheck Prepare { get; set; } = null!;

    /// <summary>In Update: starts the handlers of what has arrived, and ends what has waited too long.</summary>
    public void Run()
    {
        if (_toHandle.Count > 0) Start(_toHandle);
        if (!_deadlines.IsEmpty) TimeOut();
    }

    /// <summary>When all systems have updated: starts the handlers that read or change the whole world.</summary>
    public void RunAtFrameEnd()
    {
        if (_toHandleAtEnd.Count > 0) Start(_toHandleAtEnd);
    }

    /// <summary>A tool calls another in its caller's name, by the same rules; what that one says meanwhile goes to the caller.</summary>
    public async ValueTask<ToolOutput> CallFromAsync(ToolInvocation outer, string tool, JsonElement arguments, CancellationToken cancellationToken)
    {
        if (Prepare(tool, ref arguments, out var found) is { } problem)
        {
            counters.CountRefused();
            return ToolOutput.Error(problem);
        }

        var call = new PendingToolCall(
            (outer.Source as PendingToolCall)?.Session, tool, arguments, found!.Options.Timeout ?? _limits.CallTimeout, counters, 1)
        { Listener = outer.Source };
        Begin(call);
        using var registration = cancellationToken.UnsafeRegister(_ => OnLoop(() => Withdraw(call)), null);
        return (await call.Answered.ConfigureAwait(true)).Read(tool);
    }

    private void Enqueue(PendingToolCall call)
    {
        call.Cancellation = new CancellationTokenSource();
        (call.Target!.Tool.Options.AtFrameEnd ? _toHandleAtEnd : _toHandle).Enqueue(call);
    }

    private void Start(Queue<PendingToolCall> calls)
    {
        // What a handler calls is for the next frame.
        for (var left = calls.Count; left > 0; left--)
        {
            var call = calls.Dequeue();
            if (!call.IsDone) Start(call);
        }
    }

    private void Start(PendingToolCall call)
    {
        var invocation = new ToolInvocation(call, call.Target!.Channel, call.Tool, call.Arguments, call.Session?.Entity ?? Entity.Null);
        ValueTask<ToolOutput> answer;
        var begun = times.Begin();
        try
        {
            answer = call.Target.Handler!(invocation, call.Cancellation!.Token);
        }
        catch (Exception exception)
        {
            // The plugin's own code: whatever it throws is its fault alone.
            Fail(call, exception);
            return;
        }
        finally
        {
            times.End(call.Target.Channel, begun);
        }

        if (answer.IsCompletedSuccessfully) Finish(call, answer.Result);
        else _ = AwaitAsync(call, answer);
    }

    private async Task AwaitAsync(PendingToolCall call, ValueTask<ToolOutput> answer)
    {
        try
        {
            // In the loop's context, so that the answer leaves in the frame that completed it.
            var output = await answer.ConfigureAwait(true);
            OnLoop(() => Finish(call, output));
        }
        catch (Exception exception)
        {
            OnLoop(() => Fail(call, exception));
        }
    }

    private void Finish(PendingToolCall call, ToolOutput? output)
    {
        call.Cancellation = null;
        if (output is null) Fail(call, new InvalidOperationException($"The handler of tool '{call.Tool}' returned null."));
        else Complete(call, ToolAnswer.Of(output));
    }

    private void Fail(PendingToolCall call, Exception exception)
    {
        call.Cancellation = null;

        // Called off, it may end as it likes.
        if (call.IsDone && exception is OperationCanceledException) return;
        failures.Count(call.Target!.Channel, exception);
        Complete(call, $"The tool '{call.Tool}' failed; its operator can find out why in the server's log.");
    }

    private void CallOff(PendingToolCall call)
    {
        if (call.Cancellation is not { } cancellation) return;
        call.Cancellation = null;
        _ = CancelAsync(call, cancellation);
    }

    // Not Cancel: the application's callbacks are none of the loop's.
    private async Task CancelAsync(PendingToolCall call, CancellationTokenSource cancellation)
    {
        try
        {
            await cancellation.CancelAsync().ConfigureAwait(false);
        }
        catch (AggregateException exception)
        {
            OnLoop(() => failures.Count(call.Target!.Channel, exception));
        }
    }
}

/// <summary>Checks a call's arguments; nothing becomes an empty object.</summary>
/// <returns>Null, and the tool; otherwise a sentence for the model.</returns>
internal delegate string? ToolCheck(string tool, ref JsonElement arguments, out McpTool? found);
