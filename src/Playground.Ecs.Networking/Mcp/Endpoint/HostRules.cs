using System.Net;
using Microsoft.AspNetCore.Http;
using Playground.Ecs.Networking.Links;
using Playground.Ecs.Networking.Sockets;

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
        allowRemote || PeerAddress.IsOfThisMachine(remote);

    /// <summary>Whether the Host header names this server.</summary>
    public bool IsHostAllowed(HostString host) =>
        host.HasValue && (IsLoopback(host.Host) || Contains(allowedHosts, host.Host));

    /// <summary>Whether a page of that origin may call; without an origin it is no page.</summary>
    /// <param name="origin">The Origin header; empty: there is none.</param>
    /// <param name="scheme">The request's scheme.</param>
    /// <param name="host">The request's host, found allowed.</param>
    public bool IsOriginAllowed(string origin, string scheme, HostString host) =>
        origin.Length == 0
        || allowedOrigins.Any(allowed => OriginRules.IsSame(allowed.TrimEnd('/'), origin))
        || NamesOf(host).Any(name => OriginRules.IsOwn(origin, IsTls(scheme), name.ToString()));

    /// <summary>Whether a browser takes the page's request for one to another origin (RFC 6454, section 5).</summary>
    public static bool IsCrossOrigin(string origin, string scheme, HostString host) => !OriginRules.IsOwn(origin, IsTls(scheme), host.ToString());

    // This machine's names are one place.
    private static HostString[] NamesOf(HostString host) =>
        IsLoopback(host.Host) ? [.. Loopback.Select(name => host.Port is { } port ? new HostString(name, port) : new HostString(name))] : [host];

    private static bool IsTls(string scheme) => scheme == Uri.UriSchemeHttps;

    private static bool IsLoopback(string name) => Contains(Loopback, name);

    private static bool Contains(IReadOnlyList<string> names, string name) => names.Any(each => each.Equals(name, StringComparison.OrdinalIgnoreCase));
}
