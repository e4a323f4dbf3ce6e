using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.Mcp;

/// <content>Calls that end without a result: called off, too late, or without anyone left to answer.</content>
internal sealed partial class ToolStage
{
    private const string Stopping = "The server is stopping.";

    /// <summary>The caller gave up.</summary>
    public void Withdraw(PendingToolCall call)
    {
        if (!Forget(call)) return;
        counters.Cancelled++;
        TellOwner(call, "the caller cancelled");
        Answer(call, "Cancelled by the caller.");
    }

    /// <summary>A tool was withdrawn, or went away with its channel or its owner.</summary>
    public void End(RegisteredTool tool)
    {
        foreach (var call in tool.Calls.ToArray())
        {
            if (tool.Channel.IsRegistered) TellOwner(call, "the tool was withdrawn");
            Complete(call, $"The tool '{call.Tool}' was withdrawn before it answered.");
        }
    }

    /// <summary>A model's session is over: nobody waits for its calls.</summary>
    public void End(LlmSession session)
    {
        foreach (var call in session.Calls.ToArray())
        {
            TellOwner(call, "the session ended");
            Complete(call, "This session is over.");
        }
    }

    /// <summary>The system stops: whoever waits learns that.</summary>
    public void EndAll()
    {
        _isOver = true;
        foreach (var call in _pending.Values.ToArray())
        {
            TellOwner(call, "the server is stopping");
            Complete(call, Stopping);
        }

        _toHandle.Clear();
        _toHandleAtEnd.Clear();
        _deadlines.Clear();
    }

    private void EndAfter(PendingToolCall call)
    {
        var now = options.TimeProvider.GetTimestamp();
        var ticks = call.Timeout.TotalSeconds * options.TimeProvider.TimestampFrequency;
        _deadlines.Add(call, ticks >= long.MaxValue - now ? long.MaxValue : now + (long)ticks);
    }

    private void TimeOut()
    {
        var now = options.TimeProvider.GetTimestamp();
        while (_deadlines.TryTakeDue(now, out var call))
        {
            counters.TimedOut++;
            TellOwner(call, "the time is over");
            Complete(call, $"The tool '{call.Tool}' did not answer within {call.Timeout.TotalSeconds:0.###} s.");
        }
    }

    // A handler's token is cancelled when the call is forgotten.
    private void TellOwner(PendingToolCall call, string reason)
    {
        if (call.Target is not { Handler: null } tool) return;
        var cancel = sessions.Serializer.Write(new ToolCancel(call.Id, reason));
        if (tool.Channel.Owner is { } owner)
        {
            sends.TryAsk(owner, new PacketHeader(tool.Channel.Id, ToolCancel.WireType, Priority.High, PacketFlags.Reliable), cancel);
        }
        else if (tool.Channel.Inbox.AcceptsReliable(cancel.Length))
        {
            Append(call, ToolCancel.WireType, cancel.ToArray());
        }
    }
}
