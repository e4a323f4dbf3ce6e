using Microsoft.AspNetCore.Connections;
using Playground.Ecs.Networking.Sockets;

namespace Playground.Ecs.Networking.Kestrel;

/// <summary>
/// A connection has to say something in time, in plain text as in TLS, and on a TLS port begin with TLS: Kestrel's own timeouts
/// begin with the first byte of a request.
/// </summary>
internal static class FirstByte
{
    /// <summary>A step of the connection's pipeline.</summary>
    /// <param name="next">What follows.</param>
    /// <param name="options">The options.</param>
    /// <param name="tlsOnly">Refuse what does not begin with TLS.</param>
    public static ConnectionDelegate Before(ConnectionDelegate next, NetworkingOptions options, bool tlsOnly) => async connection =>
    {
        if (await IsWelcomeAsync(connection, options, tlsOnly).ConfigureAwait(false)) await next(connection).ConfigureAwait(false);
    };

    private static async Task<bool> IsWelcomeAsync(ConnectionContext connection, NetworkingOptions options, bool tlsOnly)
    {
        var input = connection.Transport.Input;
        using var late = new CancellationTokenSource(options.HandshakeTimeout, options.TimeProvider);
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
            // Silent for too long, or gone.
            connection.Abort();
        }

        return false;
    }
}
