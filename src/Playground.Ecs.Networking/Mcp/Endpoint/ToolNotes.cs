// Log messages are deprecated in the newer era, whose clients may still ask for them; the older one has no other way.
#pragma warning disable MCP9005

using System.Text.Json;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace Playground.Ecs.Networking.Mcp.Endpoint;

/// <summary>Sends what a tool says while it works on the response of its call: progress where the client asked for it, log messages as grave as it wants.</summary>
internal static class ToolNotes
{
    /// <returns>Null where the client wants neither.</returns>
    public static ToolListener? ListenerFor(RequestContext<CallToolRequestParams> request)
    {
        var (server, tool, token, level) = (request.Server, request.Params.Name, request.Params.ProgressToken, LevelOf(request));
        if (token is null && level is null) return null;
        return (note, cancellationToken) => note.IsProgress
            ? SendAsync(server, token, note, cancellationToken)
            : SendAsync(server, tool, level, note, cancellationToken);
    }

    private static ValueTask SendAsync(McpServer server, ProgressToken? token, ToolNote note, CancellationToken cancellationToken)
    {
        if (token is not { } known) return ValueTask.CompletedTask;
        var progress = new ProgressNotificationValue { Progress = (float)note.Progress, Total = (float?)note.Total, Message = note.Message };
        return new ValueTask(server.NotifyProgressAsync(known, progress, cancellationToken: cancellationToken));
    }

    private static ValueTask SendAsync(McpServer server, string tool, LoggingLevel? level, ToolNote note, CancellationToken cancellationToken)
    {
        var grave = (LoggingLevel)note.Level;
        if (level is not { } least || grave < least) return ValueTask.CompletedTask;
        var message = new LoggingMessageNotificationParams
        {
            Level = grave,
            Logger = tool,
            Data = JsonSerializer.SerializeToElement(note.Message ?? string.Empty, McpJsonUtilities.DefaultOptions),
        };
        return new ValueTask(server.SendNotificationAsync(
            NotificationMethods.LoggingMessageNotification, message, McpJsonUtilities.DefaultOptions, cancellationToken));
    }

    // The newer era says it with each request, and nothing means none; the older one once, and before that the server chooses.
    private static LoggingLevel? LevelOf(RequestContext<CallToolRequestParams> request) => request.Server.SessionId is { Length: > 0 }
        ? request.Server.LoggingLevel ?? LoggingLevel.Info
        : request.JsonRpcRequest.Context?.LogLevel;
}
