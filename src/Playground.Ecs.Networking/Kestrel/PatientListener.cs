using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;
using Playground.Ecs.Networking.Diagnostics;
using Playground.Ecs.Networking.Links;

namespace Playground.Ecs.Networking.Kestrel;

/// <summary>Kestrel's sockets on a bound listener, which go on after an accept that failed: Kestrel itself would accept nothing any more.</summary>
/// <param name="sockets">Kestrel's own, as its host configures them.</param>
/// <param name="context">The transport's surroundings.</param>
internal sealed class PatientListenerFactory(SocketTransportFactory sockets, TransportStart context) : IConnectionListenerFactory
{
    /// <inheritdoc/>
    public async ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
        new PatientListener(await sockets.BindAsync(endpoint, cancellationToken).ConfigureAwait(false), context);
}

/// <summary>A listener that waits where accepting fails, for instance out of descriptors.</summary>
/// <param name="inner">Kestrel's own.</param>
/// <param name="context">The transport's surroundings.</param>
internal sealed class PatientListener(IConnectionListener inner, TransportStart context) : IConnectionListener
{
    private static readonly TimeSpan RefusedAcceptWait = TimeSpan.FromMilliseconds(50);

    private readonly ILogger _logger = context.LoggerFactory.CreateLogger<KestrelTransport>();
    private readonly CancellationTokenSource _unbound = new();
    private int _refusedAccepts;

    /// <inheritdoc/>
    public EndPoint EndPoint => inner.EndPoint;

    /// <inheritdoc/>
    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        while (!_unbound.IsCancellationRequested)
        {
            try
            {
                var connection = await inner.AcceptAsync(cancellationToken).ConfigureAwait(false);
                _refusedAccepts = 0;
                return connection;
            }
            catch (SocketException exception)
            {
                if (_refusedAccepts++ == 0) TransportLog.AcceptFailed(_logger, exception.SocketErrorCode);
            }

            await Task.Delay(RefusedAcceptWait, context.Time, _unbound.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return null;
    }

    /// <inheritdoc/>
    public async ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        await _unbound.CancelAsync().ConfigureAwait(false);
        await inner.UnbindAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _unbound.CancelAsync().ConfigureAwait(false);
        await inner.DisposeAsync().ConfigureAwait(false);
    }
}
