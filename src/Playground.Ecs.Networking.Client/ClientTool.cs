using System.Text.Json;
using Playground.Ecs.Networking.Client.Sessions;
using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.Client;

/// <summary>
/// Carries out a tool that a language model calls on the server (PROTOCOL.md, section 6). Called on a thread of the pool of its own; calls run side
/// by side, up to <see cref="ClientOptions.ServedToolCallsMax"/>.
/// </summary>
/// <param name="call">What was asked; its arguments follow the tool's schema.</param>
/// <param name="cancellationToken">
/// Cancelled when nobody waits any more: the call was called off, its time is over, or the session is lost or closed.
/// </param>
/// <returns>The result; <see cref="ClientToolOutput.Error"/> for what the model can mend.</returns>
/// <remarks>
/// An exception is reported by <see cref="NetworkClient.UnhandledException"/>, and the model is told that the tool failed, without its text.
/// </remarks>
public delegate ValueTask<ClientToolOutput> ClientToolHandler(ClientToolCall call, CancellationToken cancellationToken);

/// <summary>A call of a tool. Immutable; it may be kept. Any thread.</summary>
public sealed class ClientToolCall
{
    private readonly NetworkClient _client;
    private readonly RequestId _id;

    internal ClientToolCall(NetworkClient client, ChannelId channel, in RequestId id, in ToolCall call, JsonElement arguments)
    {
        _client = client;
        _id = id;
        ChannelId = channel;
        Tool = call.Tool;
        Arguments = arguments;
        LlmChannel = call.LlmChannel;
        Generation = call.Generation;
        Timeout = TimeSpan.FromMilliseconds(call.TimeoutMs);
    }

    /// <summary>The channel that the tool was registered on.</summary>
    public ChannelId ChannelId { get; }

    /// <summary>The tool's name.</summary>
    public string Tool { get; }

    /// <summary>The arguments, as the tool's schema wants them.</summary>
    public JsonElement Arguments { get; }

    /// <summary>The channel of the model that calls.</summary>
    public ChannelId LlmChannel { get; }

    /// <summary>Tells the model from another that had its channel before.</summary>
    public uint Generation { get; }

    /// <summary>How long the model waited for a result when it called.</summary>
    public TimeSpan Timeout { get; }

    /// <summary>Tells the model how far the call is.</summary>
    /// <param name="progress">How much is done, in units of the tool's choice; should rise from one report to the next.</param>
    /// <param name="total">How much there is to do; null: unknown.</param>
    /// <param name="message">What is being done, for people; null: not said.</param>
    /// <returns>Ok when queued, or of no effect since the call is over; LimitExceeded when half of the send queue is taken; NotConnected.</returns>
    public NetworkResult ReportProgress(double progress, double? total = null, string? message = null) =>
        _client.Report(ChannelId, _id, new ToolProgress(_id.Id, progress, total, message));
}
