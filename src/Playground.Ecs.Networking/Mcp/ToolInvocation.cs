using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Playground.Ecs.Networking.Channels;

namespace Playground.Ecs.Networking.Mcp;

/// <summary>
/// Carries out a tool. Called on the loop's thread; its awaits resume there in later frames. What completes at once is answered in the
/// same frame.
/// </summary>
/// <param name="call">What was asked; its arguments follow the tool's schema.</param>
/// <param name="cancellationToken">Cancelled when nobody waits any more: the model gave up, the time is over, the tool or its channel went away, the system stops.</param>
/// <returns>The result; <see cref="ToolOutput.Error"/> for what the model can mend.</returns>
/// <remarks>An exception is counted and logged, and the model told that the tool failed, without its text; the frame goes on.</remarks>
public delegate ValueTask<ToolOutput> ToolHandler(ToolInvocation call, CancellationToken cancellationToken);

/// <summary>A call of a tool. Loop thread only.</summary>
public sealed class ToolInvocation
{
    internal ToolInvocation(ToolCallSource source, Channel channel, string tool, JsonElement arguments, Entity caller)
    {
        Source = source;
        Channel = channel;
        Tool = tool;
        Arguments = arguments;
        Caller = caller;
    }

    /// <summary>The tool's channel.</summary>
    public Channel Channel { get; }

    /// <summary>The tool's name.</summary>
    public string Tool { get; }

    /// <summary>The arguments: an object that follows the tool's schema.</summary>
    public JsonElement Arguments { get; }

    /// <summary>
    /// The entity of the model's session, with <c>ConnectionComponent</c> and <c>LlmSessionComponent</c>; what is sent to it reaches the model
    /// with its next result. <see cref="Entity.Null"/> for the application's own calls.
    /// </summary>
    public Entity Caller { get; }

    internal ToolCallSource Source { get; }

    /// <summary>Reads the arguments as <typeparamref name="T"/>, names in snake_case or as they are, without regard to case.</summary>
    /// <exception cref="JsonException">They are no <typeparamref name="T"/>.</exception>
    [RequiresDynamicCode("Reflects over T. Read Arguments where that is not available.")]
    [RequiresUnreferencedCode("Reflects over T. Read Arguments where that is not available.")]
    public T Read<T>() => Arguments.Deserialize<T>(ToolJson.Arguments)
        ?? throw new JsonException($"The arguments are null, not {typeof(T).Name}.");

    /// <summary>Tells the model how far the call is. Of no effect when it is over.</summary>
    /// <param name="progress">How much is done, in units of the tool's choice; should rise from one report to the next.</param>
    /// <param name="total">How much there is to do; null: unknown.</param>
    /// <param name="message">What is being done, for people; null: not said.</param>
    public void ReportProgress(double progress, double? total = null, string? message = null) => Source.Note(ToolNote.Of(progress, total, message));

    /// <summary>Writes into the log that the model's client shows. Of no effect when the call is over.</summary>
    public void Log(ToolLogLevel level, string message) => Source.Note(ToolNote.Of(level, message));
}

/// <summary>How grave a <see cref="ToolInvocation.Log"/> message is (RFC 5424, section 6.2.1).</summary>
public enum ToolLogLevel
{
    /// <summary>For debugging.</summary>
    Debug,

    /// <summary>In the ordinary course.</summary>
    Information,

    /// <summary>Normal, but worth a look.</summary>
    Notice,

    /// <summary>May become an error.</summary>
    Warning,

    /// <summary>Something failed.</summary>
    Error,

    /// <summary>Something that much depends on failed.</summary>
    Critical,

    /// <summary>Act at once.</summary>
    Alert,

    /// <summary>Nothing works.</summary>
    Emergency,
}
