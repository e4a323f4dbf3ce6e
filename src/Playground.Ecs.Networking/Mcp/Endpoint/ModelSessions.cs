using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using ModelContextProtocol.Server;
using Playground.Ecs.Networking.Diagnostics;

namespace Playground.Ecs.Networking.Mcp.Endpoint;

/// <summary>
/// The models' sessions as HTTP sees them: in the older era one for each of the SDK's, in the newer one for each identity. Any thread.
/// </summary>
internal sealed class ModelSessions(IMcpLoop loop, McpOptions options, Changes changes, ILogger<ModelSessions> logger)
{
    private readonly ConcurrentDictionary<string, HandshakeSession> _older = new(StringComparer.Ordinal);
    private int _olderCount;

    /// <summary>True when no session of the older era may begin.</summary>
    public bool IsFull => Volatile.Read(ref _olderCount) >= options.SessionsMax;

    /// <summary>The older era's session of that id, where its user asks for it.</summary>
    public HandshakeSession? Find(string? id) => id is not null && _older.TryGetValue(id, out var session) ? session : null;

    /// <summary>Serves a session of the SDK until it ends. Never throws: a client would wait for ever.</summary>
    /// <param name="context">The request that began it.</param>
    /// <param name="server">The SDK's session; in the newer era one request.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task RunAsync(HttpContext context, McpServer server, CancellationToken cancellationToken)
    {
        if (server.SessionId is not { Length: > 0 } id)
        {
            await server.RunAsync(cancellationToken).ConfigureAwait(false);
            return;
        }

        var session = new HandshakeSession(loop, server, McpGuard.PrincipalOf(context), AgentOf(context));
        Interlocked.Increment(ref _olderCount);
        _older[id] = session;
        changes.Add(session.Feed);
        try
        {
            await ServeAsync(session, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // DELETE, the idle sweep or the server's stop.
        }
        catch (Exception exception)
        {
            McpEndpointLog.SessionFailed(logger, id, exception);
        }
        finally
        {
            changes.Remove(session.Feed);
            _older.TryRemove(id, out _);
            Interlocked.Decrement(ref _olderCount);
            session.End();
            McpEndpointLog.SessionEnded(logger, id);
        }
    }

    /// <summary>Gives the newer era's client its session, the same as long as it lasts.</summary>
    public ValueTask<NetworkResult<LlmSession>> OpenAsync(HttpContext context, RpcBody body) =>
        loop.OpenAsync(IdentityOf(context, body), CancellationToken.None);

    /// <summary>Says that the newer era's client is alive, where it has a session.</summary>
    public void Touch(HttpContext context, RpcBody body) => loop.Find(IdentityOf(context, body))?.Touch();

    private async Task ServeAsync(HandshakeSession session, CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var telling = session.TellAsync(logger, ending.Token);
        try
        {
            await session.Server.RunAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await ending.CancelAsync().ConfigureAwait(false);
            await telling.ConfigureAwait(false);
        }
    }

    private static LlmIdentity IdentityOf(HttpContext context, RpcBody body) => new(
        null, McpGuard.PrincipalOf(context), ClientNames.Trim(body.ClientName), ClientNames.Trim(body.ClientVersion), AgentOf(context));

    private static string? AgentOf(HttpContext context) =>
        context.Request.Headers[ClientNames.AgentHeader].ToString() is { Length: > 0 } agent ? ClientNames.Trim(agent) : null;
}
