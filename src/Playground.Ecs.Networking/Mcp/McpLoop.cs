using System.Text;
using System.Text.Json;

namespace Playground.Ecs.Networking.Mcp;

/// <summary>The way of the HTTP side, and of the application's own calls, to the loop. Any thread; awaits.</summary>
internal sealed class McpLoop(
    NetworkingOptions options,
    ToolRegistry registry,
    LlmSessions sessions,
    ToolStage tools,
    ResourceStage resources,
    McpNotices notices,
    ToolCounters counters) : IMcpLoop
{
    private static readonly JsonElement NoArguments = JsonElement.Parse("{}");

    private readonly McpOptions _limits = options.Mcp ?? new McpOptions();

    /// <summary>Posts a call to the loop, to run in its next frame; an error where it is refused. Set before the first frame.</summary>
    public Func<Action, NetworkError?> Post { get; set; } = null!;

    /// <summary>Runs what may not be lost on the loop. Set before the first frame.</summary>
    public Action<Action> OnLoop { get; set; } = null!;

    public NetworkingOptions Options => options;

    public RefusedRequests Refused => counters.RefusedRequests;

    public McpCatalog Catalog => registry.Catalog;

    public event Action? CatalogChanged
    {
        add => notices.CatalogChanged += value;
        remove => notices.CatalogChanged -= value;
    }

    public event Action<IReadOnlyCollection<string>>? ResourcesChanged
    {
        add => notices.ResourcesChanged += value;
        remove => notices.ResourcesChanged -= value;
    }

    public async ValueTask<NetworkResult<LlmSession>> OpenAsync(LlmIdentity identity, CancellationToken cancellationToken)
    {
        if (sessions.Find(identity) is { } found)
        {
            found.Touch();
            return found;
        }

        var opened = new TaskCompletionSource<NetworkResult<LlmSession>>(TaskCreationOptions.RunContinuationsAsynchronously);
        if (Post(() => opened.TrySetResult(sessions.Open(identity))) is { } error) return error;
        return await opened.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    public LlmSession? Find(LlmIdentity identity) => sessions.Find(identity);

    public void Close(LlmSession session) => OnLoop(() => sessions.Close(session));

    public async Task<ToolOutput> CallAsync(
        LlmSession? session, string tool, JsonElement arguments, ToolListener? listener, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (Prepare(tool, ref arguments, out var found) is { } problem) return Refuse(problem);
        if (session?.TryBeginCall() is { } limit) return Refuse(limit);
        try
        {
            // A copy, since whoever gave up may free what a handler still reads.
            var call = new PendingToolCall(session, tool, arguments.Clone(), found!.Options.Timeout ?? _limits.CallTimeout, counters, _limits.NotesPendingMax);
            if (Post(() => tools.Begin(call)) is { } error) return Refuse($"The server is busy or stopping: {error.Message}");
            return Bound(tool, await WaitAsync(call, listener, cancellationToken).ConfigureAwait(false));
        }
        finally
        {
            session?.EndCall();
        }
    }

    public async Task<NetworkResult<ResourceContents>> ReadAsync(string uri, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var read = new PendingRead(uri);
        if (Post(() => resources.Begin(read)) is { } error) return error;
        try
        {
            var contents = await read.Answered.WaitAsync(_limits.CallTimeout, options.TimeProvider, cancellationToken).ConfigureAwait(false);
            return contents.IsOk ? Bound(contents.Value) : contents;
        }
        catch (TimeoutException)
        {
            return new NetworkError.Timeout($"resource '{uri}' was not read within {_limits.CallTimeout}");
        }
        finally
        {
            if (!read.Answered.IsCompleted)
            {
                read.Answer(new NetworkError.Cancelled());
                OnLoop(() => resources.Withdraw(read));
            }
        }
    }

    /// <summary>Checks a call's arguments; nothing becomes an empty object.</summary>
    /// <returns>Null, and the tool; otherwise a sentence for the model.</returns>
    public string? Prepare(string tool, ref JsonElement arguments, out McpTool? found)
    {
        found = registry.Catalog.Find(tool);
        if (found is null) return ToolRegistry.NotFound(tool);
        if (arguments.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null) arguments = NoArguments;
        var bytes = Encoding.UTF8.GetByteCount(arguments.GetRawText());
        return bytes > _limits.ArgumentsBytesMax
            ? $"The arguments are too long: {bytes} bytes; McpOptions.ArgumentsBytesMax is {_limits.ArgumentsBytesMax}."
            : found.Schema.Check(arguments);
    }

    private async Task<ToolOutput> WaitAsync(PendingToolCall call, ToolListener? listener, CancellationToken cancellationToken)
    {
        try
        {
            // All notes come before the answer.
            while (await call.Notes.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
            {
                while (call.Notes.TryRead(out var note))
                {
                    if (listener is not null) await listener(note, cancellationToken).ConfigureAwait(false);
                }
            }

            return (await call.Answered.ConfigureAwait(false)).Read(call.Tool);
        }
        finally
        {
            if (!call.Answered.IsCompleted)
            {
                // At once, so that a call which has not begun never does.
                call.Answer(ToolAnswer.Of(ToolOutput.Error("Cancelled by the caller.")));
                OnLoop(() => tools.Withdraw(call));
            }
        }
    }

    private ToolOutput Refuse(string problem)
    {
        counters.CountRefused();
        return ToolOutput.Error(problem);
    }

    private ToolOutput Bound(string tool, ToolOutput output)
    {
        var bytes = ToolOutputJson.SizeOf(output);
        return bytes <= _limits.ResultBytesMax
            ? output
            : ToolOutput.Error($"The result of '{tool}' is too long: {bytes} bytes; McpOptions.ResultBytesMax is {_limits.ResultBytesMax}. Ask for less at once.");
    }

    private NetworkResult<ResourceContents> Bound(ResourceContents contents)
    {
        var bytes = contents.Text is { } text ? Encoding.UTF8.GetByteCount(text) : contents.Bytes.Length;
        return bytes <= _limits.ResultBytesMax ? contents : new NetworkError.LimitExceeded(nameof(McpOptions.ResultBytesMax), _limits.ResultBytesMax, bytes);
    }
}
