using Microsoft.AspNetCore.Connections;
using Playground.Ecs.Networking.Sockets;

namespace Playground.Ecs.Networking.Kestrel;

/// <summary>
/// A connection has to say something in time, in plain text as in TLS, and on a TLS port begin with TLS: Kestrel's own timeouts
/// begin with the first byte of a request.
/// </summary>
/// <param name="links">The limits and their counters.</param>
/// <param name="silent">Who has not said anything; null where somebody else accepts.</param>
internal sealed class FirstByte(LinkSet links, SilentConnections? silent)
{
    /// <summary>The first step of a connection's pipeline.</summary>
    /// <param name="next">What follows.</param>
    /// <param name="tlsOnly">Refuse what does not begin with TLS; <see cref="BehindTls"/> follows then.</param>
    public ConnectionDelegate First(ConnectionDelegate next, bool tlsOnly) => async connection =>
    {
        if (silent!.Enter(connection) is { } refusal)
        {
            links.Refused.Count(refusal.Kind);
            if (!tlsOnly) await connection.Transport.Output.WriteAsync(refusal.ToBytes()).ConfigureAwait(false);
            return;
        }

        try
        {
            if (!await IsWelcomeAsync(connection, tlsOnly).ConfigureAwait(false)) return;
            if (!tlsOnly) silent.Leave(connection);
            await next(connection).ConfigureAwait(false);
        }
        finally
        {
            silent.Leave(connection);
        }
    };

    /// <summary>The step behind TLS.</summary>
    /// <param name="next">What follows.</param>
    public ConnectionDelegate BehindTls(ConnectionDelegate next) => async connection =>
    {
        if (!await IsWelcomeAsync(connection, tlsOnly: false).ConfigureAwait(false)) return;
        silent?.Leave(connection);
        await next(connection).ConfigureAwait(false);
    };

    private async Task<bool> IsWelcomeAsync(ConnectionContext connection, bool tlsOnly)
    {
        var input = connection.Transport.Input;
        using var late = new CancellationTokenSource(links.Options.HandshakeTimeout, links.Options.TimeProvider);
        try
        {
            var read = await input.ReadAsync(late.Token).ConfigureAwait(false);
            var isTls = !read.Buffer.IsEmpty && RequestRoute.IsTls(read.Buffer.FirstSpan[0]);
            var isEmpty = read.Buffer.IsEmpty;
            input.AdvanceTo(read.Buffer.Start);
            if (isEmpty || isTls || !tlsOnly) return !isEmpty;
            await connection.Transport.Output.WriteAsync(UpgradeRefusal.TlsRequired.ToBytes(), late.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            // Silent for too long, pushed out, or gone.
            if (late.IsCancellationRequested) links.Refused.Count(RefusedUpgrade.Timeout);
            connection.Abort();
        }

        return false;
    }
}
