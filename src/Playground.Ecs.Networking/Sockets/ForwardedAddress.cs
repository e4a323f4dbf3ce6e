using System.Diagnostics.CodeAnalysis;
using System.Net;

namespace Playground.Ecs.Networking.Sockets;

/// <summary>An element of X-Forwarded-For: an address, in brackets or not, with or without a port.</summary>
internal static class ForwardedAddress
{
    /// <summary>Reads one; what proxies write for a client that they do not know is none.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out IPEndPoint? address)
    {
        address = null;
        var isBare = text.Length > 0 && text[0] != '[' && text.IndexOf(':') != text.LastIndexOf(':');
        if (isBare && IPAddress.TryParse(text, out var plain))
        {
            address = new IPEndPoint(plain, 0);
            return true;
        }

        return text.Contains('.') || text.StartsWith('[') ? IPEndPoint.TryParse(text, out address) : false;
    }
}
