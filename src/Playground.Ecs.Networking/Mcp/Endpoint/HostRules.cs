using System.Net;
using Microsoft.AspNetCore.Http;

namespace Playground.Ecs.Networking.Mcp.Endpoint;

/// <summary>
/// Which machines may send requests, which hosts they may be addressed to, and which web pages may send them: against pages that reach a
/// server of this machine through their visitor's browser (DNS rebinding). Pure; any thread.
/// </summary>
/// <param name="allowRemote">Requests from other machines are welcome.</param>
/// <param name="allowedHosts">Host names, without port, besides this machine's own.</param>
/// <param name="allowedOrigins">Origins besides this port's own.</param>
internal sealed class HostRules(bool allowRemote, IReadOnlyList<string> allowedHosts, IReadOnlyList<string> allowedOrigins)
{
    private static readonly string[] Loopback = ["localhost", "127.0.0.1", "[::1]"];

    /// <summary>Whether a request from there is welcome; one without an address comes from within the process or the machine.</summary>
    public bool IsRemoteAllowed(IPAddress? remote) =>
        allowRemote || remote is null || IPAddress.IsLoopback(remote.IsIPv4MappedToIPv6 ? remote.MapToIPv4() : remote);

    /// <summary>Whether the Host header names this server.</summary>
    public bool IsHostAllowed(HostString host) =>
        host.HasValue && (IsLoopback(host.Host) || Contains(allowedHosts, host.Host));

    /// <summary>Whether a page of that origin may call; without an origin it is no page.</summary>
    /// <param name="origin">The Origin header; empty: there is none.</param>
    /// <param name="scheme">The request's scheme.</param>
    /// <param name="host">The request's host, found allowed.</param>
    public bool IsOriginAllowed(string origin, string scheme, HostString host)
    {
        if (origin.Length == 0) return true;
        if (Contains(allowedOrigins, origin)) return true;
        return TryRead(origin, out var page)
            && page.Scheme == scheme
            && page.Port == Port(host, scheme)
            && (Same(page.Host, host.Host) || (IsLoopback(page.Host) && IsLoopback(host.Host)));
    }

    /// <summary>Whether a browser takes the page's request for one to another origin (RFC 6454, section 5).</summary>
    public static bool IsCrossOrigin(string origin, string scheme, HostString host) => !(TryRead(origin, out var page)
        && page.Scheme == scheme && page.Port == Port(host, scheme) && Same(page.Host, host.Host));

    private static bool TryRead(string origin, out Uri page) =>
        Uri.TryCreate(origin, UriKind.Absolute, out page!) && page.PathAndQuery == "/" && page.UserInfo.Length == 0;

    private static int Port(HostString host, string scheme) => host.Port ?? (scheme == Uri.UriSchemeHttps ? 443 : 80);

    private static bool IsLoopback(string name) => Contains(Loopback, name);

    private static bool Contains(IReadOnlyList<string> names, string name) => names.Any(each => Same(each.TrimEnd('/'), name));

    private static bool Same(string a, string b) => string.Equals(a, b, StringComparison.OrdinalIgnoreCase);
}
