using System.Text;

namespace Playground.Ecs.Networking.Sockets;

/// <summary>An HTTP answer that ends a connection. Immutable; any thread.</summary>
/// <param name="Status">The status code with its phrase.</param>
/// <param name="Text">The body: what is wrong.</param>
/// <param name="Header">A further header line; null: none.</param>
internal sealed record UpgradeRefusal(string Status, string Text, string? Header = null)
{
    /// <summary>Another method than GET.</summary>
    public static UpgradeRefusal MethodNotAllowed { get; } =
        new("405 Method Not Allowed", "this path speaks WebSocket: only GET is allowed", "Allow: GET");

    /// <summary>The head did not end in time.</summary>
    public static UpgradeRefusal RequestTimeout { get; } = new("408 Request Timeout", "the upgrade request did not end in time");

    /// <summary>The head is larger than <see cref="NetworkingOptions.HandshakeBytesMax"/>.</summary>
    public static UpgradeRefusal HeadTooLarge { get; } = new("431 Request Header Fields Too Large", "the upgrade request is too large");

    /// <summary>There is a limit, and it is met.</summary>
    public static UpgradeRefusal Full { get; } = new("503 Service Unavailable", "the server is full", "Retry-After: 1");

    /// <summary>The server is on its way down.</summary>
    public static UpgradeRefusal Stopping { get; } = new("503 Service Unavailable", "the server is stopping", "Retry-After: 1");

    /// <summary>A request that HTTP or RFC 6455 does not allow.</summary>
    public static UpgradeRefusal BadRequest(string text) => new("400 Bad Request", text);

    /// <summary>No upgrade, or one to something else.</summary>
    public static UpgradeRefusal UpgradeRequired(string text) =>
        new("426 Upgrade Required", text, "Upgrade: websocket\r\nSec-WebSocket-Version: 13");

    /// <summary>The whole answer.</summary>
    public byte[] ToBytes()
    {
        var connection = Header?.StartsWith("Upgrade", StringComparison.Ordinal) == true ? "close, Upgrade" : "close";
        var header = Header is null ? string.Empty : Header + "\r\n";
        return Encoding.ASCII.GetBytes(
            $"HTTP/1.1 {Status}\r\nConnection: {connection}\r\n{header}Content-Type: text/plain\r\nContent-Length: {Text.Length + 1}\r\n\r\n{Text}\n");
    }
}
