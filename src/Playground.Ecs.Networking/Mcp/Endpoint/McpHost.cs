using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Playground.Ecs.Networking.Diagnostics;

namespace Playground.Ecs.Networking.Mcp.Endpoint;

/// <summary>
/// The endpoint for language models, for any HTTP server: <see cref="ServeAsync"/> takes its requests. Built at the first one that is let
/// in, so that a server without models pays nothing. Awaits; never touches the loop but through <see cref="IMcpLoop"/>. Any thread.
/// </summary>
internal sealed class McpHost : IAsyncDisposable
{
    // The revision without sessions.
    private const string NewerVersion = "2026-07-28";

    private readonly Lock _lock = new();
    private readonly McpLifetime _lifetime = new();
    private readonly IMcpLoop _loop;
    private readonly McpOptions _options;
    private readonly McpGuard _guard;
    private readonly ILogger _logger;
    private Task<McpServices>? _services;
    private bool _isStopping;

    public McpHost(IMcpLoop loop, McpOptions options)
    {
        _loop = loop;
        _options = options;
        _logger = loop.Options.LoggerFactory.CreateLogger<McpHost>();
        _guard = new McpGuard(loop.Options, options, _logger);
    }

    /// <summary>True when the first request was let in.</summary>
    public bool IsBuilt => Volatile.Read(ref _services) is not null;

    /// <summary>Serves a request to the endpoint, whatever it asks for.</summary>
    public async Task ServeAsync(HttpContext context)
    {
        await AnswerAsync(context).ConfigureAwait(false);
        _loop.Refused.Count(context.Response.StatusCode);
    }

    /// <summary>Ends streams and calls, so that the HTTP server's own stop has nothing to wait for; later requests get 503.</summary>
    public void BeginStop()
    {
        lock (_lock)
        {
            if (_isStopping) return;
            _isStopping = true;
        }

        _lifetime.StopApplication();
    }

    /// <summary>Ends all sessions within <see cref="NetworkingOptions.ShutdownTimeout"/>. Once.</summary>
    public async ValueTask DisposeAsync()
    {
        BeginStop();
        if (_services is { } building && await TryAwaitAsync(building).ConfigureAwait(false) is { } services)
        {
            using var late = new CancellationTokenSource(_loop.Options.ShutdownTimeout);
            try
            {
                await services.StopAsync(late.Token).WaitAsync(late.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                McpEndpointLog.StopTimedOut(_logger);
            }

            await services.DisposeAsync().ConfigureAwait(false);
        }

        _lifetime.Dispose();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        if (!await _guard.AdmitAsync(context).ConfigureAwait(false)) return;
        if (Services() is not { } services)
        {
            await RpcErrors.WriteAsync(context, StatusCodes.Status503ServiceUnavailable, "The server is stopping.").ConfigureAwait(false);
            return;
        }

        RpcBody? body = null;
        if (HttpMethods.IsPost(context.Request.Method) && (body = await RpcBody.ReadAsync(context, _options).ConfigureAwait(false)) is null) return;
        if (body is not null && IsUnknownVersion(context, body))
        {
            await RefuseVersionAsync(context, body).ConfigureAwait(false);
            return;
        }

        await RunAsync(context, body, await services.ConfigureAwait(false)).ConfigureAwait(false);
    }

    private async Task RunAsync(HttpContext context, RpcBody? body, McpServices services)
    {
        var scope = services.Provider.CreateAsyncScope();
        await using var _ = scope.ConfigureAwait(false);
        if (body is not null && await OpenAsync(context, body, services.Sessions, scope.ServiceProvider).ConfigureAwait(false) is { } error)
        {
            await RefuseSessionAsync(context, body, error).ConfigureAwait(false);
            return;
        }

        var outer = (context.RequestServices, context.Request.Path, Endpoint: context.GetEndpoint(), context.Request.RouteValues);
        var watch = services.KeepAlive.Begin(context);
        context.RequestServices = scope.ServiceProvider;
        context.Request.Path = "/";
        context.SetEndpoint(null);
        try
        {
            await services.Pipeline(context).ConfigureAwait(false);
        }
        finally
        {
            await watch.DisposeAsync().ConfigureAwait(false);
            context.SetEndpoint(outer.Endpoint);
            (context.RequestServices, context.Request.Path, context.Request.RouteValues) = (outer.RequestServices, outer.Path, outer.RouteValues);
        }
    }

    /// <summary>Gives the request its session, where it needs one.</summary>
    /// <returns>Why there is none; null: go on.</returns>
    private static async ValueTask<NetworkError?> OpenAsync(HttpContext context, RpcBody body, ModelSessions sessions, IServiceProvider scope)
    {
        if (body.Method == "initialize") return sessions.IsFull ? new NetworkError.LimitExceeded("McpOptions.SessionsMax", 0, 0) : null;
        if (body.Version is null) return await OpenOlderAsync(context, body, sessions).ConfigureAwait(false);
        if (body.Method is not ("tools/call" or "subscriptions/listen"))
        {
            sessions.Touch(context, body);
            return null;
        }

        var opened = await sessions.OpenAsync(context, body).ConfigureAwait(false);
        if (!opened.IsOk) return opened.Error;
        scope.GetRequiredService<ModelRequest>().Session = opened.Value;
        return null;
    }

    private static async ValueTask<NetworkError?> OpenOlderAsync(HttpContext context, RpcBody body, ModelSessions sessions)
    {
        if (body.Method is not ("tools/call" or "notifications/initialized")) return null;

        // An unknown session and another's are the SDK's to refuse.
        if (sessions.Find(context.Request.Headers["Mcp-Session-Id"]) is not { } session || session.Principal != McpGuard.PrincipalOf(context)) return null;
        return (await session.OpenAsync().ConfigureAwait(false)).Error;
    }

    private Task RefuseSessionAsync(HttpContext context, RpcBody body, NetworkError error)
    {
        McpEndpointLog.SessionRefused(_logger, ClientNames.Trim(body.ClientName), error.Message);
        context.Response.Headers.RetryAfter = "10";
        return RpcErrors.WriteAsync(context, StatusCodes.Status503ServiceUnavailable, error.Message, body: body);
    }

    // The SDK would list the older revisions too, which cannot be had with a request of the newer era.
    private static bool IsUnknownVersion(HttpContext context, RpcBody body) =>
        body.Version is { } version && version != NewerVersion && context.Request.Headers["MCP-Protocol-Version"] == version;

    private static Task RefuseVersionAsync(HttpContext context, RpcBody body) => RpcErrors.WriteAsync(
        context,
        StatusCodes.Status400BadRequest,
        "This revision of the protocol is not supported without a handshake.",
        RpcErrors.UnsupportedVersion,
        body,
        data =>
        {
            data.WriteStartObject();
            data.WriteStartArray("supported");
            data.WriteStringValue(NewerVersion);
            data.WriteEndArray();
            data.WriteString("requested", body.Version);
            data.WriteEndObject();
        });

    private Task<McpServices>? Services()
    {
        lock (_lock)
        {
            if (_isStopping) return null;
            if (_services is not null) return _services;

            // The SDK's services outlive the request that happens to be the first, and what flows with it.
            using (ExecutionContext.SuppressFlow()) return _services = Task.Run(BuildAsync);
        }
    }

    private async Task<McpServices> BuildAsync()
    {
        try
        {
            var services = await McpServices.StartAsync(_loop, _options, _lifetime).ConfigureAwait(false);
            McpEndpointLog.Ready(_logger);
            return services;
        }
        catch (Exception exception)
        {
            // The application's own code is in it.
            McpEndpointLog.BuildFailed(_logger, exception);
            throw;
        }
    }

    private static async Task<McpServices?> TryAwaitAsync(Task<McpServices> building)
    {
        await ((Task)building).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return building.IsCompletedSuccessfully ? building.Result : null;
    }
}
