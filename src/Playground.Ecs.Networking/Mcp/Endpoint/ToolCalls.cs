using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using Playground.Ecs.Networking.Diagnostics;

namespace Playground.Ecs.Networking.Mcp.Endpoint;

/// <summary>Lists and calls tools, as they are on offer at the moment of the request. Any thread.</summary>
internal sealed class ToolCalls(IMcpLoop loop, ModelSessions sessions, McpLifetime lifetime, ILogger<ToolCalls> logger)
{
    private volatile Listing _listed = new(McpCatalog.Empty, []);

    /// <summary>All tools, on one page: some clients ignore further ones.</summary>
    public ValueTask<ListToolsResult> ListAsync(RequestContext<ListToolsRequestParams> request, CancellationToken cancellationToken) =>
        new(new ListToolsResult { Tools = [.. Listed()] });

    /// <summary>Calls a tool. What goes wrong is an error in the result, without an exception's text.</summary>
    public async ValueTask<CallToolResult> CallAsync(RequestContext<CallToolRequestParams> request, CancellationToken cancellationToken)
    {
        var name = request.Params.Name;
        if (loop.Catalog.Find(name) is null) throw new McpProtocolException($"Unknown tool: '{name}'", McpErrorCode.InvalidParams);
        if (SessionOf(request.Server) is not { } session) return ToolResults.Error("The session has ended.");
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime.ApplicationStopping);
        try
        {
            var output = await loop.CallAsync(session, name, ArgumentsOf(request), ToolNotes.ListenerFor(request), ending.Token).ConfigureAwait(false);
            return ToolResults.ToProtocol(output);
        }
        catch (OperationCanceledException) when (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            return ToolResults.Error("The server is stopping.");
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await EndCancelledAsync(request).ConfigureAwait(false);
            throw;
        }
        catch (Exception exception)
        {
            McpEndpointLog.CallFailed(logger, name, exception);
            return ToolResults.Error("The tool failed.");
        }
    }

    // The SDK answers nothing to a request that its client cancelled, and leaves the response open as long as the session lasts.
    private async Task EndCancelledAsync(RequestContext<CallToolRequestParams> request)
    {
        var error = new JsonRpcError
        {
            Id = request.JsonRpcRequest.Id,
            Error = new JsonRpcErrorDetail { Code = RpcErrors.Cancelled, Message = "The request was cancelled." },
        };
        try
        {
            await request.Server.SendMessageAsync(error, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            // Whatever the SDK throws for a client that is gone, which is the other reason for a cancellation.
            McpEndpointLog.ClientGone(logger, exception);
        }
    }

    private LlmSession? SessionOf(McpServer server) => server.SessionId is { Length: > 0 } id
        ? sessions.Find(id)?.Current
        : server.Services?.GetService<ModelRequest>()?.Session;

    private static JsonElement ArgumentsOf(RequestContext<CallToolRequestParams> request) =>
        request.JsonRpcRequest.Params is JsonObject parameters && parameters["arguments"] is { } arguments
            ? arguments.Deserialize<JsonElement>(McpJsonUtilities.DefaultOptions)
            : default;

    private Tool[] Listed()
    {
        var catalog = loop.Catalog;
        var listed = _listed;
        if (!ReferenceEquals(listed.Catalog, catalog)) _listed = listed = new Listing(catalog, [.. catalog.Tools.Select(ToolResults.ToProtocol)]);
        return listed.Tools;
    }

    /// <summary>A catalog's tools in the SDK's words. Immutable.</summary>
    private sealed record Listing(McpCatalog Catalog, Tool[] Tools);
}

/// <summary>What the endpoint found out about a request of the newer era: lives as long as that.</summary>
internal sealed class ModelRequest
{
    /// <summary>Whose it is; null where the request needs no session.</summary>
    public LlmSession? Session { get; set; }
}
