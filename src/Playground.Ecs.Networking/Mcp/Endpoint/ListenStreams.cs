using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace Playground.Ecs.Networking.Mcp.Endpoint;

/// <summary>
/// The newer era's streams of changes (subscriptions/listen): says first what the client will be told, then tells it, until the client or the
/// server goes. Any thread.
/// </summary>
internal sealed class ListenStreams(McpOptions options, Changes changes, McpLifetime lifetime)
{
    private const string SubscriptionId = "io.modelcontextprotocol/subscriptionId";

    public async ValueTask<EmptyResult> ListenAsync(RequestContext<SubscriptionsListenRequestParams> request, CancellationToken cancellationToken)
    {
        var session = request.Server.Services?.GetService<ModelRequest>()?.Session;
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime.ApplicationStopping);
        var (feed, granted) = Begin(request);
        using var native = new NativeChanges(request.Server.ServerOptions, feed);
        session?.Pin();
        changes.Add(feed);
        try
        {
            await AcknowledgeAsync(request, granted, ending.Token).ConfigureAwait(false);
            await feed.RunAsync(ending.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            // The result is the end that the client is told of.
        }
        finally
        {
            changes.Remove(feed);
            session?.Unpin();
        }

        return new EmptyResult();
    }

    private (ChangeFeed Feed, SubscriptionsListenNotifications Granted) Begin(RequestContext<SubscriptionsListenRequestParams> request)
    {
        var asked = request.Params.Notifications;
        var feed = new ChangeFeed((method, uri, token) => TellAsync(request, method, uri, token))
        {
            Tools = asked.ToolsListChanged is true,
            Resources = asked.ResourcesListChanged is true,
            Prompts = asked.PromptsListChanged is true && request.Server.ServerOptions.PromptCollection is not null,
        };
        var watched = asked.ResourceSubscriptions?.Where(uri => feed.TryWatch(uri, options.ResourcesMax)).ToList();
        return (feed, new SubscriptionsListenNotifications
        {
            ToolsListChanged = feed.Tools ? true : null,
            ResourcesListChanged = feed.Resources ? true : null,
            PromptsListChanged = feed.Prompts ? true : null,
            ResourceSubscriptions = watched is { Count: > 0 } ? watched : null,
        });
    }

    private static Task AcknowledgeAsync(
        RequestContext<SubscriptionsListenRequestParams> request, SubscriptionsListenNotifications granted, CancellationToken cancellationToken)
    {
        var acknowledged = new SubscriptionsAcknowledgedNotificationParams { Notifications = granted };
        var parameters = JsonSerializer.SerializeToNode(acknowledged, McpJsonUtilities.DefaultOptions)!.AsObject();
        return SendAsync(request, NotificationMethods.SubscriptionsAcknowledgedNotification, parameters, cancellationToken);
    }

    private static Task TellAsync(RequestContext<SubscriptionsListenRequestParams> request, string method, string? uri, CancellationToken cancellationToken)
    {
        var parameters = new JsonObject();
        if (uri is not null) parameters["uri"] = uri;
        return SendAsync(request, method, parameters, cancellationToken);
    }

    private static Task SendAsync(
        RequestContext<SubscriptionsListenRequestParams> request, string method, JsonObject parameters, CancellationToken cancellationToken)
    {
        var id = request.JsonRpcRequest.Id.Id;
        parameters["_meta"] = new JsonObject { [SubscriptionId] = id is long number ? JsonValue.Create(number) : JsonValue.Create(id?.ToString()) };
        return request.Server.SendMessageAsync(new JsonRpcNotification { Method = method, Params = parameters }, cancellationToken);
    }

    /// <summary>What the application offers by the SDK's own means changes too.</summary>
    private sealed class NativeChanges : IDisposable
    {
        private readonly McpServerOptions _options;
        private readonly EventHandler _tools;
        private readonly EventHandler _prompts;
        private readonly EventHandler _resources;

        public NativeChanges(McpServerOptions options, ChangeFeed feed)
        {
            _options = options;
            _tools = (_, _) => feed.ToolsChanged();
            _prompts = (_, _) => feed.PromptsChanged();
            _resources = (_, _) => feed.ResourcesChanged();
            if (options.ToolCollection is { } tools) tools.Changed += _tools;
            if (options.PromptCollection is { } prompts) prompts.Changed += _prompts;
            if (options.ResourceCollection is { } resources) resources.Changed += _resources;
        }

        public void Dispose()
        {
            if (_options.ToolCollection is { } tools) tools.Changed -= _tools;
            if (_options.PromptCollection is { } prompts) prompts.Changed -= _prompts;
            if (_options.ResourceCollection is { } resources) resources.Changed -= _resources;
        }
    }
}
