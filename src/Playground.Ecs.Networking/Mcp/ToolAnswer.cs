namespace Playground.Ecs.Networking.Mcp;

/// <summary>How a call ended: a result of this process, or a peer's, still in JSON so that the loop need not read it. Immutable.</summary>
internal readonly struct ToolAnswer
{
    private ToolAnswer(ToolOutput? output, string? json, bool isError, IReadOnlyList<LlmMessage> messages)
    {
        Output = output;
        Json = json;
        IsError = isError;
        Messages = messages;
    }

    public ToolOutput? Output { get; }

    public string? Json { get; }

    public bool IsError { get; }

    /// <summary>What was sent to the caller's channel since its last result.</summary>
    public IReadOnlyList<LlmMessage> Messages { get; }

    public static ToolAnswer Of(ToolOutput output) => new(output, null, output.IsError, []);

    public static ToolAnswer Of(string json, bool isError) => new(null, json, isError, []);

    public ToolAnswer With(IReadOnlyList<LlmMessage> messages) => new(Output, Json, IsError, messages);

    /// <summary>The result as its caller gets it; a peer's that is none becomes an error that says what is wrong with it.</summary>
    public ToolOutput Read(string tool)
    {
        var output = Output;
        if (output is null && !ToolOutputJson.TryRead(Json!, IsError, out output, out var problem))
        {
            output = ToolOutput.Error($"The tool '{tool}' answered with something that is no result: {problem}");
        }

        return Messages.Count == 0 ? output : output.And([.. Messages.Select(static message => message.ToContent())]);
    }
}
