using System.Globalization;
using System.Net;

namespace Playground.Ecs.Networking.Sockets;

/// <summary>The host and port of a Host header or an origin (RFC 3986, section 3.2, without user names).</summary>
/// <param name="Name">The host, of an IPv6 address without brackets.</param>
/// <param name="Port">The port; null where the scheme's own is meant.</param>
/// <param name="Address">The host where it is an IP address.</param>
internal readonly record struct Authority(string Name, int? Port, IPAddress? Address)
{
    /// <summary>Takes a text apart.</summary>
    /// <returns>False for one that is no host with or without a port.</returns>
    public static bool TryRead(string text, out Authority authority)
    {
        authority = default;
        var isBracketed = text.StartsWith('[');
        var end = isBracketed ? text.IndexOf(']') + 1 : text.IndexOf(':');
        if (isBracketed && end == 0) return false;
        var host = end < 0 ? text : text[..end];
        var rest = end < 0 ? string.Empty : text[end..];
        int? port = null;
        if (rest.Length > 0)
        {
            if (rest[0] != ':' || !ushort.TryParse(rest.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return false;
            port = number;
        }

        var name = isBracketed ? host[1..^1] : host.TrimEnd('.');
        var isAddress = IPAddress.TryParse(name, out var address);
        if (isBracketed ? !isAddress || !name.Contains(':') : !IsName(name)) return false;
        authority = new Authority(name, port, isAddress ? address : null);
        return true;
    }

    /// <summary>Whether this is the host, whatever the port.</summary>
    public bool IsHost(string host) =>
        host.Trim('[', ']').Equals(Name, StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether both are the same place.</summary>
    /// <param name="other">The other one.</param>
    /// <param name="defaultPort">The scheme's port.</param>
    public bool IsSame(in Authority other, int defaultPort) =>
        (Port ?? defaultPort) == (other.Port ?? defaultPort)
        && (Address is { } address ? address.Equals(other.Address) : Name.Equals(other.Name, StringComparison.OrdinalIgnoreCase));

    private static bool IsName(string name)
    {
        foreach (var c in name)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '.' or '_')) return false;
        }

        return name.Length > 0;
    }
}
