using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;

namespace Playground.Ecs.Networking.Kestrel;

/// <summary>
/// Kestrel's listener here: it binds nothing and gets the connections that the acceptor found to be HTTP. Owner of those
/// that Kestrel has not taken yet.
/// </summary>
internal sealed class SocketFeed(IPEndPoint local, ILoggerFactory loggerFactory) : IConnectionListenerFactory, IConnectionListenerFactorySelector, IConnectionListener
{
    private const int WaitingMax = 256;

    private readonly Channel<Socket> _sockets = System.Threading.Channels.Channel.CreateBounded<Socket>(
        new BoundedChannelOptions(WaitingMax) { SingleWriter = true, SingleReader = true });

    private readonly SocketConnectionContextFactory _contexts =
        new(new SocketConnectionFactoryOptions(), loggerFactory.CreateLogger<SocketFeed>());

    /// <inheritdoc/>
    public EndPoint EndPoint => local;

    /// <summary>Hands a connection to Kestrel, or closes it where too many wait. Accept thread.</summary>
    public void Add(Socket socket)
    {
        if (!_sockets.Writer.TryWrite(socket))
        {
            socket.Dispose();
        }
    }

    /// <inheritdoc/>
    public bool CanBind(EndPoint endpoint) => true;

    /// <inheritdoc/>
    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) => new(this);

    /// <inheritdoc/>
    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        while (await _sockets.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
        {
            if (_sockets.Reader.TryRead(out var socket) && TryCreate(socket) is { } context)
            {
                return context;
            }
        }

        return null;
    }

    /// <inheritdoc/>
    public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        _sockets.Writer.TryComplete();
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _sockets.Writer.TryComplete();
        while (_sockets.Reader.TryRead(out var socket))
        {
            socket.Dispose();
        }

        _contexts.Dispose();
        return ValueTask.CompletedTask;
    }

    private ConnectionContext? TryCreate(Socket socket)
    {
        try
        {
            return _contexts.Create(socket);
        }
        catch (SocketException)
        {
            // The peer was gone before its turn came.
            socket.Dispose();
            return null;
        }
    }
}
