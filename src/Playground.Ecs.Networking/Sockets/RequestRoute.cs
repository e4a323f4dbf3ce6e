using System.Text;

namespace Playground.Ecs.Networking.Sockets;

/// <summary>Whose a new connection is.</summary>
internal enum RouteTarget
{
    /// <summary>Too few bytes to tell.</summary>
    Unknown,

    /// <summary>The WebSocket path.</summary>
    Link,

    /// <summary>The echo path.</summary>
    Echo,

    /// <summary>Everything else, TLS and garbage included: the HTTP server's.</summary>
    Http,

    /// <summary>No TLS on a port that speaks nothing else.</summary>
    PlainText,
}

/// <summary>
/// Tells from a connection's first bytes whose it is, as early as they allow: after the method and the path, whatever the
/// method is. Immutable; any thread.
/// </summary>
/// <param name="linkPath">The WebSocket path.</param>
/// <param name="echoPath">The echo path; null: none.</param>
/// <param name="isTlsOnly">Everything is the HTTP server's, and has to begin with a TLS record.</param>
internal sealed class RequestRoute(string linkPath, string? echoPath, bool isTlsOnly = false)
{
    /// <summary>The most bytes that are looked at; a request line that is still undecided then is the HTTP server's to refuse.</summary>
    public const int PeekBytesMax = 2 * 1024;

    private const int MethodBytesMax = 32;
    private const byte TlsHandshake = 0x16;

    private readonly byte[] _linkPath = Encoding.UTF8.GetBytes(linkPath);
    private readonly byte[]? _echoPath = echoPath is null ? null : Encoding.UTF8.GetBytes(echoPath);

    /// <summary>Decides from the first bytes of a connection.</summary>
    public RouteTarget Decide(ReadOnlySpan<byte> start)
    {
        if (isTlsOnly)
        {
            return IsTls(start[0]) ? RouteTarget.Http : RouteTarget.PlainText;
        }

        var method = start.IndexOfAnyExceptInRange((byte)'A', (byte)'Z');
        if (method < 0 && start.Length <= MethodBytesMax)
        {
            return RouteTarget.Unknown;
        }

        if (method is <= 0 or > MethodBytesMax || start[method] != ' ')
        {
            return RouteTarget.Http;
        }

        var rest = start[(method + 1)..];
        var end = rest.IndexOfAny((byte)' ', (byte)'?');
        var target = end < 0 ? DecidePrefix(rest) : DecidePath(rest[..end]);
        return target == RouteTarget.Unknown && start.Length >= PeekBytesMax ? RouteTarget.Http : target;
    }

    /// <summary>Whether a connection's first byte begins a TLS handshake (RFC 8446, section 5.1).</summary>
    public static bool IsTls(byte first) => first == TlsHandshake;

    private RouteTarget DecidePath(ReadOnlySpan<byte> path)
    {
        if (path.SequenceEqual(_linkPath))
        {
            return RouteTarget.Link;
        }

        return _echoPath is not null && path.SequenceEqual(_echoPath) ? RouteTarget.Echo : RouteTarget.Http;
    }

    private RouteTarget DecidePrefix(ReadOnlySpan<byte> start) =>
        _linkPath.AsSpan().StartsWith(start) || (_echoPath is not null && _echoPath.AsSpan().StartsWith(start))
            ? RouteTarget.Unknown
            : RouteTarget.Http;
}
