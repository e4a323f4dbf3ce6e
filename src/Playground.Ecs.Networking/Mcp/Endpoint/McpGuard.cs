using System.Net;
using System.Security.Claims;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;
using Playground.Ecs.Networking.Diagnostics;
using Playground.Ecs.Networking.Links;
using Playground.Ecs.Networking.Sessions;

namespace Playground.Ecs.Networking.Mcp.Endpoint;

/// <summary>
/// Decides about a request before anything of it is read: where it comes from, what it is addressed to, which page sent it, and who says so.
/// Any thread.
/// </summary>
internal sealed class McpGuard
{
    private const string Name = "mcp";
    private const string Bearer = "Bearer ";

    private readonly NetworkingOptions _options;
    private readonly HostRules _rules;
    private readonly Authenticate? _authenticate;
    private readonly ILogger _logger;

    public McpGuard(NetworkingOptions options, McpOptions mcp, ILogger logger)
    {
        _options = options;
        _rules = new HostRules(mcp.AllowRemote, mcp.AllowedHosts, mcp.AllowedOrigins);
        _authenticate = mcp.Authenticate ?? options.Authenticate;
        _logger = logger;
    }

    /// <summary>Lets a request in, under the name of who sent it.</summary>
    /// <returns>False when it was answered.</returns>
    public async ValueTask<bool> AdmitAsync(HttpContext context)
    {
        if (Judge(context) is var (status, message))
        {
            McpEndpointLog.Refused(_logger, status, context.Connection.RemoteIpAddress, message);
            await RpcErrors.WriteAsync(context, status, message).ConfigureAwait(false);
            return false;
        }

        if (CrossOrigin.Answer(context)) return false;
        return _authenticate is null || await AuthenticateAsync(context, _authenticate).ConfigureAwait(false);
    }

    /// <summary>The name of who sent the request; null where nobody has to say it.</summary>
    public static string? PrincipalOf(HttpContext context) => context.User.Identity is { IsAuthenticated: true }
        ? (context.User.FindFirst(ClaimTypes.NameIdentifier) ?? context.User.FindFirst("sub") ?? context.User.FindFirst(ClaimTypes.Upn))?.Value
        : null;

    private (int Status, string Message)? Judge(HttpContext context)
    {
        var request = context.Request;
        if (!_rules.IsRemoteAllowed(context.Connection.RemoteIpAddress))
        {
            return (StatusCodes.Status403Forbidden, "Only clients on the server's own machine may connect (McpOptions.AllowRemote).");
        }

        if (!_rules.IsHostAllowed(request.Host))
        {
            return (StatusCodes.Status421MisdirectedRequest, "The Host header names another server (McpOptions.AllowedHosts).");
        }

        return _rules.IsOriginAllowed(request.Headers.Origin.ToString(), request.Scheme, request.Host)
            ? null
            : (StatusCodes.Status403Forbidden, "Pages of this origin may not call (McpOptions.AllowedOrigins).");
    }

    private async ValueTask<bool> AuthenticateAsync(HttpContext context, Authenticate authenticate)
    {
        var token = TokenOf(context.Request.Headers.Authorization);
        var result = await AskAsync(context, authenticate, token).ConfigureAwait(false);
        if (result.PeerId is not null)
        {
            context.User = new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.NameIdentifier, result.PeerId)], Name));
            return true;
        }

        // RFC 6750, section 3.
        context.Response.Headers.WWWAuthenticate = token is null ? "Bearer" : "Bearer error=\"invalid_token\"";
        var message = $"Unauthorized: {result.Reason}";
        McpEndpointLog.Refused(_logger, StatusCodes.Status401Unauthorized, context.Connection.RemoteIpAddress, message);
        await RpcErrors.WriteAsync(context, StatusCodes.Status401Unauthorized, message).ConfigureAwait(false);
        return false;
    }

    private async ValueTask<AuthenticationResult> AskAsync(HttpContext context, Authenticate authenticate, string? token)
    {
        using var late = new CancellationTokenSource(_options.HelloTimeout, _options.TimeProvider);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(late.Token, context.RequestAborted);
        try
        {
            var request = new AuthenticationRequest(Name, token, UpgradeOf(context));
            return await authenticate(request, ending.Token).AsTask().WaitAsync(ending.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            return AuthenticationResult.Refuse("authentication took too long");
        }
        catch (Exception exception)
        {
            // The application's own code: whatever it throws refuses the client and is told to the operator, not to the client.
            McpEndpointLog.AuthenticationFailed(_logger, exception);
            return AuthenticationResult.Refuse("authentication failed");
        }
    }

    private static string? TokenOf(StringValues authorization)
    {
        var text = authorization.ToString();
        return text.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) ? text[Bearer.Length..].Trim() : null;
    }

    private static LinkUpgrade UpgradeOf(HttpContext context)
    {
        var remote = context.Connection.RemoteIpAddress is { } address ? new IPEndPoint(address, context.Connection.RemotePort) : null;
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, values) in context.Request.Headers) headers[name] = values.Count == 0 ? string.Empty : values[^1] ?? string.Empty;
        return new LinkUpgrade(remote, context.Request.Host.Value ?? string.Empty, headers.GetValueOrDefault("Origin"), null) { Headers = headers };
    }
}
