using Microsoft.Extensions.Logging;

namespace Playground.Ecs.Networking.Client;

/// <summary>Everything the client logs; event ids 300-399. Tokens and payloads are never logged.</summary>
internal sealed partial class ClientLog(ILogger logger)
{
    [LoggerMessage(300, LogLevel.Debug, "State: {State}.")]
    public partial void StateChanged(ClientState state);

    [LoggerMessage(301, LogLevel.Error, "The application's {Callback} threw.")]
    public partial void CallbackFailed(Exception exception, string callback);

    [LoggerMessage(302, LogLevel.Warning, "A packet arrived on channel {Channel} and nobody reads that channel; it and what follows is dropped.")]
    public partial void Unheard(ushort channel);

    [LoggerMessage(303, LogLevel.Warning, "A request on channel {Channel} could not be answered: {Error}.")]
    public partial void NotAnswered(ushort channel, string error);

    [LoggerMessage(304, LogLevel.Warning, "A call of tool {Tool} on channel {Channel} could not be answered: {Error}.")]
    public partial void ToolNotAnswered(string tool, ushort channel, string error);

    [LoggerMessage(305, LogLevel.Warning, "A call on channel {Channel} has the number {Call} of one that is not over yet, and was dropped.")]
    public partial void ToolCallRepeated(ushort channel, uint call);
}
