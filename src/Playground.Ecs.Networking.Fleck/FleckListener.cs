using System.Net;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Fleck;
using Microsoft.Extensions.Logging;

namespace Playground.Ecs.Networking.Fleck;

/// <summary>
/// What Fleck takes for its listening socket: it binds and accepts nothing itself, but hands Fleck the connections whose upgrade
/// request is complete and valid. Accepting is somebody else's and goes on whatever happens, so that Fleck never hears of
/// an error and never starts anew.
/// </summary>
/// <param name="local">The address that is listened on.</param>
/// <param name="logger">Where Fleck's failures are told.</param>
internal sealed class FleckListener(IPEndPoint local, ILogger logger) : ISocket
{
    private static readonly Task<ISocket> Pending = new TaskCompletionSource<ISocket>().Task;

    private volatile Action<ISocket>? _accept;

    /// <inheritdoc/>
    public bool Connected => false;

    /// <inheritdoc/>
    public string RemoteIpAddress => string.Empty;

    /// <inheritdoc/>
    public int RemotePort => 0;

    /// <summary>Empty: Fleck reads the streams of its own sockets only.</summary>
    public Stream Stream => Stream.Null;

    /// <inheritdoc/>
    public bool NoDelay { get; set; } = true;

    /// <inheritdoc/>
    public EndPoint LocalEndPoint => local;

    /// <summary>Gives Fleck a connection. Accept thread, once Fleck has started.</summary>
    public void HandOver(FleckSocket socket)
    {
        try
        {
            _accept!(socket);
        }
        catch (Exception exception)
        {
            // Fleck would close its listener for this; here it costs the one connection.
            FleckTransportLog.ConnectionFailed(logger, exception);
            socket.Close();
        }
    }

    /// <inheritdoc/>
    public Task<ISocket> Accept(Action<ISocket> callback, Action<Exception> error)
    {
        _accept = callback;
        return Pending;
    }

    /// <summary>Does nothing: the address is bound.</summary>
    public void Bind(EndPoint ipLocal)
    {
    }

    /// <summary>Does nothing: the socket listens, with a longer backlog.</summary>
    public void Listen(int backlog)
    {
    }

    /// <summary>Does nothing: the accept thread closes the listening socket.</summary>
    public void Close()
    {
    }

    /// <summary>Does nothing: the accept thread closes the listening socket.</summary>
    public void Dispose()
    {
    }

    /// <inheritdoc/>
    public Task Send(byte[] buffer, Action callback, Action<Exception> error) => throw NotConnected();

    /// <inheritdoc/>
    public Task<int> Receive(byte[] buffer, Action<int> callback, Action<Exception> error, int offset = 0) => throw NotConnected();

    /// <inheritdoc/>
    public Task Authenticate(X509Certificate2 certificate, SslProtocols enabledSslProtocols, Action callback, Action<Exception> error) => throw NotConnected();

    private static InvalidOperationException NotConnected() => new("A listening socket carries no bytes.");
}
