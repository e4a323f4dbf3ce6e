using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using ListedTemplate = ModelContextProtocol.Protocol.ResourceTemplate;

namespace Playground.Ecs.Networking.Mcp.Endpoint;

/// <summary>Lists, reads and, in the older era, watches resources, as they are on offer at the moment of the request. Any thread.</summary>
internal sealed class ResourceReads(IMcpLoop loop, McpOptions options, ModelSessions sessions, McpLifetime lifetime)
{
    // The revision that gave up the code of its own for a missing resource (SEP-2164).
    private const string InvalidParamsSince = "2026-07-28";

    public ValueTask<ListResourcesResult> ListAsync(RequestContext<ListResourcesRequestParams> request, CancellationToken cancellationToken) =>
        new(new ListResourcesResult { Resources = [.. loop.Catalog.Resources.Where(static r => !r.IsTemplate).Select(ToResource)] });

    public ValueTask<ListResourceTemplatesResult> ListTemplatesAsync(
        RequestContext<ListResourceTemplatesRequestParams> request, CancellationToken cancellationToken) =>
        new(new ListResourceTemplatesResult { ResourceTemplates = [.. loop.Catalog.Resources.Where(static r => r.IsTemplate).Select(ToTemplate)] });

    public async ValueTask<ReadResourceResult> ReadAsync(RequestContext<ReadResourceRequestParams> request, CancellationToken cancellationToken)
    {
        var uri = request.Params.Uri;
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime.ApplicationStopping);
        try
        {
            var read = await loop.ReadAsync(uri, ending.Token).ConfigureAwait(false);
            return read.IsOk ? new ReadResourceResult { Contents = [ToolResults.ToProtocol(read.Value)] } : throw Failed(request, uri, read.Error);
        }
        catch (OperationCanceledException) when (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            throw new McpProtocolException("The server is stopping.", McpErrorCode.InternalError);
        }
    }

    public ValueTask<EmptyResult> SubscribeAsync(RequestContext<SubscribeRequestParams> request, CancellationToken cancellationToken)
    {
        var isWatched = sessions.Find(request.Server.SessionId)?.Feed.TryWatch(request.Params.Uri, options.ResourcesMax) ?? true;
        return isWatched
            ? new(new EmptyResult())
            : throw new McpProtocolException($"A session may subscribe to {options.ResourcesMax} resources.", McpErrorCode.InvalidRequest);
    }

    public ValueTask<EmptyResult> UnsubscribeAsync(RequestContext<UnsubscribeRequestParams> request, CancellationToken cancellationToken)
    {
        sessions.Find(request.Server.SessionId)?.Feed.Unwatch(request.Params.Uri);
        return new(new EmptyResult());
    }

    private static McpProtocolException Failed(RequestContext<ReadResourceRequestParams> request, string uri, NetworkError error)
    {
        var code = error is not NetworkError.InvalidArgument ? McpErrorCode.InternalError
            : string.CompareOrdinal(request.Server.NegotiatedProtocolVersion, InvalidParamsSince) >= 0 ? McpErrorCode.InvalidParams
            : McpErrorCode.ResourceNotFound;
        return new McpProtocolException(error.Message, code) { Data = { ["uri"] = uri } };
    }

    private static Resource ToResource(McpResource resource) => new()
    {
        Uri = resource.Uri,
        Name = resource.Name,
        Description = resource.Description,
        MimeType = resource.MimeType,
    };

    private static ListedTemplate ToTemplate(McpResource resource) => new()
    {
        UriTemplate = resource.Uri,
        Name = resource.Name,
        Description = resource.Description,
        MimeType = resource.MimeType,
    };
}
