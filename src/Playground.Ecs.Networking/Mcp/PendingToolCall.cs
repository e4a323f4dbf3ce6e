using System.Text.Json;
using System.Threading.Channels;
using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.Mcp;

/// <summary>A call that waits for its result. The loop's, but for what says otherwise.</summary>
internal sealed class PendingToolCall(LlmSession? session, string tool, JsonElement arguments, TimeSpan timeout, ToolCounters counters, int notesMax)
    : ToolCallSource
{
    private readonly Channel<ToolNote> _notes = System.Threading.Channels.Channel.CreateBounded<ToolNote>(
        new BoundedChannelOptions(notesMax) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true, SingleWriter = true },
        _ => counters.CountNoteDropped());

    private readonly TaskCompletionSource<ToolAnswer> _caller = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Who calls; null: the application itself. Any thread.</summary>
    public LlmSession? Session { get; } = session;

    /// <summary>The tool's name. Any thread.</summary>
    public string Tool { get; } = tool;

    /// <summary>The arguments, which follow the tool's schema. Any thread.</summary>
    public JsonElement Arguments { get; } = arguments;

    /// <summary>How long the caller waits. Any thread.</summary>
    public TimeSpan Timeout { get; } = timeout;

    /// <summary>What the tool says meanwhile; complete before <see cref="Answered"/> is. Any thread, one reader.</summary>
    public ChannelReader<ToolNote> Notes => _notes.Reader;

    /// <summary>Completes with the answer. Any thread.</summary>
    public Task<ToolAnswer> Answered => _caller.Task;

    /// <summary>Its number on the wire.</summary>
    public uint Id { get; set; }

    /// <summary>Where it went; null before it did.</summary>
    public RegisteredTool? Target { get; set; }

    /// <summary>Calls the handler off, while one runs.</summary>
    public CancellationTokenSource? Cancellation { get; set; }

    /// <summary>True once it was answered or called off.</summary>
    public bool IsDone { get; set; }

    /// <summary>Who hears what the tool says instead of the caller: the call that this one was made for. Null: the caller.</summary>
    public ToolCallSource? Listener { get; init; }

    /// <inheritdoc/>
    public override void Note(in ToolNote note)
    {
        if (Listener is not null) Listener.Note(note);
        else _notes.Writer.TryWrite(note);
    }

    /// <summary>Gives the caller its answer; the first one counts. Any thread.</summary>
    public void Answer(in ToolAnswer answer)
    {
        _notes.Writer.TryComplete();
        _caller.TrySetResult(answer);
    }

    /// <summary>The packet that carries it.</summary>
    public ToolCall ToMessage()
    {
        var timeoutMs = (uint)Math.Min(uint.MaxValue, Timeout.TotalMilliseconds);
        return new ToolCall(Id, Session?.Channel ?? default, Session?.Generation ?? 0, Tool, Arguments.GetRawText(), timeoutMs);
    }
}
