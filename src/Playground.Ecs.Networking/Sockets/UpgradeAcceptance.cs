using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Playground.Ecs.Networking.Sockets;

/// <summary>The server's half of the opening handshake (RFC 6455, section 4.2.2).</summary>
internal static class UpgradeAcceptance
{
    /// <summary>The whole 101 answer.</summary>
    public static byte[] ToBytes(string key, string? subprotocol)
    {
        var protocol = subprotocol is null ? string.Empty : $"Sec-WebSocket-Protocol: {subprotocol}\r\n";
        return Encoding.ASCII.GetBytes(
            $"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {Answer(key)}\r\n{protocol}\r\n");
    }

    /// <summary>Sec-WebSocket-Accept: the answer to a key.</summary>
    [SuppressMessage("Security", "CA5350", Justification = "RFC 6455 names SHA-1; it proves the protocol, not a secret.")]
    public static string Answer(string key) =>
        Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));
}
