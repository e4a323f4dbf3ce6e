using Microsoft.Extensions.Logging;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using Playground.Ecs.Networking.Diagnostics;

namespace Playground.Ecs.Networking.Mcp.Endpoint;

/// <summary>A session of the older era, which began with a handshake (initialize), and the model's session that it owns. Any thread.</summary>
internal sealed class HandshakeSession
{
    private readonly Lock _lock = new();
    private readonly IMcpLoop _loop;
    private readonly string? _agent;
    private LlmSession? _session;
    private bool _isOver;

    public HandshakeSession(IMcpLoop loop, McpServer server, string? principal, string? agent)
    {
        _loop = loop;
        _agent = agent;
        Server = server;
        Principal = principal;
        Feed = new ChangeFeed(Tell) { Tools = true, Resources = true };
    }

    public McpServer Server { get; }

    /// <summary>Who began it; null where nobody has to say it.</summary>
    public string? Principal { get; }

    /// <summary>What its client is to be told.</summary>
    public ChangeFeed Feed { get; }

    /// <summary>The model's session; null before <see cref="OpenAsync"/>.</summary>
    public LlmSession? Current
    {
        get
        {
            lock (_lock) return _session;
        }
    }

    /// <summary>Gives it a channel and an entity, which stay while it lasts.</summary>
    public async ValueTask<NetworkResult<LlmSession>> OpenAsync()
    {
        if (Current is { IsOver: false } open) return open;
        var client = Server.ClientInfo;
        var identity = new LlmIdentity(Server.SessionId, Principal, ClientNames.Trim(client?.Name), ClientNames.Trim(client?.Version), _agent);
        var opened = await _loop.OpenAsync(identity, CancellationToken.None).ConfigureAwait(false);
        if (!opened.IsOk || TryKeep(opened.Value)) return opened;
        _loop.Close(opened.Value);
        return new NetworkError.NotConnected("the session has ended");
    }

    /// <summary>Gives the channel and the entity back.</summary>
    public void End()
    {
        LlmSession? session;
        lock (_lock)
        {
            _isOver = true;
            session = _session;
        }

        if (session is null) return;
        session.Unpin();
        _loop.Close(session);
    }

    /// <summary>Tells the client of changes until it is called off. Never throws.</summary>
    public async Task TellAsync(ILogger logger, CancellationToken cancellationToken)
    {
        try
        {
            await Feed.RunAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The session ends.
        }
        catch (Exception exception)
        {
            // Whatever the SDK throws for a client that is gone: the session goes on without notifications.
            McpEndpointLog.ClientGone(logger, exception);
        }
    }

    private bool TryKeep(LlmSession session)
    {
        lock (_lock)
        {
            if (_isOver) return false;
            if (ReferenceEquals(_session, session)) return true;
            _session = session;
            session.Pin();
            return true;
        }
    }

    private Task Tell(string method, string? uri, CancellationToken cancellationToken) => uri is null
        ? Server.SendNotificationAsync(method, cancellationToken)
        : Server.SendNotificationAsync(method, new ResourceUpdatedNotificationParams { Uri = uri }, McpJsonUtilities.DefaultOptions, cancellationToken);
}
