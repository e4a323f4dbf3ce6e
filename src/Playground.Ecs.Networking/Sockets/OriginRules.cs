using System.Net;

namespace Playground.Ecs.Networking.Sockets;

/// <summary>Where a request comes from and what it is for, as the client said it or a trusted proxy.</summary>
/// <param name="Remote">The client's address; null where there is none.</param>
/// <param name="IsTls">The client speaks TLS, to this server or to the proxy.</param>
/// <param name="Host">The Host header, or what the proxy got as one.</param>
internal readonly record struct RequestSource(IPEndPoint? Remote, bool IsTls, string Host);

/// <summary>
/// Which hosts are ours (against DNS rebinding), which web pages may connect (RFC 6454), and whose word counts behind proxies. For every
/// HTTP request whose answer a foreign page must not get. Immutable; any thread.
/// </summary>
/// <param name="options">The lists.</param>
/// <param name="bound">The address of the port; null inside an application, whose hosts are its own affair unless some are listed.</param>
internal sealed class OriginRules(NetworkingOptions options, IPAddress? bound)
{
    private const string Any = "*";

    /// <summary>Finds out who asks: behind trusted proxies the last client that none of them is.</summary>
    /// <param name="connection">What the connection itself says.</param>
    /// <param name="header">Reads a header of the request; several values joined by commas, null for none.</param>
    public RequestSource Resolve(in RequestSource connection, Func<string, string?> header)
    {
        if (options.TrustedProxies.Count == 0 || connection.Remote is not { } remote || !IsTrusted(remote.Address)) return connection;
        var forwarded = Split(header("X-Forwarded-For"));
        var hops = 0;
        while (hops < forwarded.Length && IsTrusted(remote.Address) && ForwardedAddress.TryParse(forwarded[^(hops + 1)], out var client))
        {
            remote = client;
            hops++;
        }

        var proto = FromRight(Split(header("X-Forwarded-Proto")), hops);
        var host = FromRight(Split(header("X-Forwarded-Host")), hops);
        return new RequestSource(remote, proto is null ? connection.IsTls : IsSecure(proto), host ?? connection.Host);
    }

    /// <summary>Judges a request by its host and by the page that sent it.</summary>
    /// <param name="source">Who asks.</param>
    /// <param name="origin">The Origin header; null for none.</param>
    /// <returns>421 for a host that is not ours, 403 for a page that may not; null for one that may.</returns>
    public UpgradeRefusal? Judge(in RequestSource source, string? origin)
    {
        if (!IsOurs(source.Host)) return UpgradeRefusal.Misdirected;
        return MayConnect(source, origin) ? null : UpgradeRefusal.ForeignOrigin;
    }

    /// <summary>Whether a text may stand in <see cref="NetworkingOptions.AllowedOrigins"/>.</summary>
    public static bool IsOrigin(string text) => text is Any or "null" || TryReadOrigin(text, out _, out _);

    /// <summary>Whether a text may stand in <see cref="NetworkingOptions.AllowedHosts"/>.</summary>
    public static bool IsHost(string text) => text == Any || (Authority.TryRead(text, out var authority) && authority.Port is null);

    /// <summary>Whether two texts are the same origin, the scheme's port written out or not.</summary>
    public static bool IsSame(string allowed, string origin) =>
        allowed.Equals(origin, StringComparison.OrdinalIgnoreCase)
        || (TryReadOrigin(allowed, out var isTls, out var authority)
            && TryReadOrigin(origin, out var isAlsoTls, out var other)
            && isTls == isAlsoTls
            && authority.IsSame(other, DefaultPort(isTls)));

    /// <summary>Whether an origin is that of a request itself.</summary>
    /// <param name="origin">The Origin header.</param>
    /// <param name="isTls">The request came over TLS.</param>
    /// <param name="host">Its Host header.</param>
    public static bool IsOwn(string origin, bool isTls, string host) =>
        TryReadOrigin(origin, out var isPageTls, out var page)
        && isPageTls == isTls
        && Authority.TryRead(host, out var authority)
        && page.IsSame(authority, DefaultPort(isTls));

    private bool IsOurs(string host)
    {
        if (bound is null && options.AllowedHosts.Count == 0) return true;
        if (!Authority.TryRead(host, out var authority)) return false;
        foreach (var allowed in options.AllowedHosts)
        {
            if (allowed == Any || authority.IsHost(allowed)) return true;
        }

        if (authority.Address is not { } address) return authority.IsHost("localhost");

        // A name can be made to point here; an address in the Host header was typed by somebody who meant it.
        return IPAddress.IsLoopback(address) || bound is null || bound.Equals(IPAddress.Any) || bound.Equals(IPAddress.IPv6Any) || bound.Equals(address);
    }

    private bool MayConnect(in RequestSource source, string? origin)
    {
        if (origin is null) return !options.RequireOrigin;
        foreach (var allowed in options.AllowedOrigins)
        {
            if (allowed == Any || IsSame(allowed, origin)) return true;
        }

        return IsOwn(origin, source.IsTls, source.Host);
    }

    private static bool TryReadOrigin(string text, out bool isTls, out Authority authority)
    {
        isTls = text.StartsWith("https://", StringComparison.OrdinalIgnoreCase);
        authority = default;
        var scheme = isTls ? "https://" : "http://";
        return text.StartsWith(scheme, StringComparison.OrdinalIgnoreCase) && Authority.TryRead(text[scheme.Length..], out authority);
    }

    /// <summary>Whether an address is a trusted proxy's.</summary>
    public bool IsTrusted(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        foreach (var proxies in options.TrustedProxies)
        {
            if (proxies.Contains(plain)) return true;
        }

        return false;
    }

    // Each proxy adds to the right of what it was given, and what is to the left of the last one that is trusted anybody may have written.
    private static string? FromRight(string[] values, int hops) => values.Length == 0 ? null : values[^Math.Clamp(hops, 1, values.Length)];

    private static string[] Split(string? list) =>
        list?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];

    private static bool IsSecure(string scheme) => scheme.ToUpperInvariant() is "HTTPS" or "WSS";

    private static int DefaultPort(bool isTls) => isTls ? 443 : 80;
}
