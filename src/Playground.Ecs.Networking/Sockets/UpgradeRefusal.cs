using System.Globalization;
using System.Text;

namespace Playground.Ecs.Networking.Sockets;

/// <summary>What an upgrade was refused for, as it is counted.</summary>
internal enum RefusedUpgrade
{
    /// <summary>It is no valid opening handshake.</summary>
    Invalid,

    /// <summary>It did not come in time.</summary>
    Timeout,

    /// <summary>The server has no more room.</summary>
    Full,

    /// <summary>The server has no more room for this address, or it asks too often.</summary>
    Address,

    /// <summary>It is for a host that is not ours.</summary>
    Host,

    /// <summary>A foreign web page sent it.</summary>
    Origin,

    /// <summary>The server is stopping.</summary>
    Stopping,
}

/// <summary>An HTTP answer that ends a connection. Immutable; any thread.</summary>
/// <param name="Status">The status code.</param>
/// <param name="Phrase">The status code's phrase.</param>
/// <param name="Text">The body: what is wrong.</param>
/// <param name="Headers">Further headers.</param>
internal sealed record UpgradeRefusal(int Status, string Phrase, string Text, params (string Name, string Value)[] Headers)
{
    private const string Close = "close";

    /// <summary>What it is counted as.</summary>
    public RefusedUpgrade Kind { get; private init; }

    /// <summary>Another method than GET.</summary>
    public static UpgradeRefusal MethodNotAllowed { get; } =
        new(405, "Method Not Allowed", "this path speaks WebSocket: only GET is allowed", ("Connection", Close), ("Allow", "GET"));

    /// <summary>The head did not end in time.</summary>
    public static UpgradeRefusal RequestTimeout { get; } =
        new(408, "Request Timeout", "the upgrade request did not end in time", ("Connection", Close)) { Kind = RefusedUpgrade.Timeout };

    /// <summary>The head is larger than <see cref="NetworkingOptions.HandshakeBytesMax"/>.</summary>
    public static UpgradeRefusal HeadTooLarge { get; } =
        new(431, "Request Header Fields Too Large", "the upgrade request is too large", ("Connection", Close));

    /// <summary>There is a limit, and it is met.</summary>
    public static UpgradeRefusal Full { get; } =
        new(503, "Service Unavailable", "the server is full", ("Connection", Close), ("Retry-After", "1")) { Kind = RefusedUpgrade.Full };

    /// <summary>One address has as much as one may have.</summary>
    public static UpgradeRefusal AddressFull { get; } =
        new(503, "Service Unavailable", "too many connections from your address", ("Connection", Close), ("Retry-After", "1")) { Kind = RefusedUpgrade.Address };

    /// <summary>A host that is not ours (RFC 9110, section 15.5.20).</summary>
    public static UpgradeRefusal Misdirected { get; } =
        new(421, "Misdirected Request", "this server does not answer for that host: see NetworkingOptions.AllowedHosts", ("Connection", Close)) { Kind = RefusedUpgrade.Host };

    /// <summary>A web page that may not connect.</summary>
    public static UpgradeRefusal ForeignOrigin { get; } =
        new(403, "Forbidden", "this origin may not connect: see NetworkingOptions.AllowedOrigins", ("Connection", Close)) { Kind = RefusedUpgrade.Origin };

    /// <summary>The server is on its way down, or not up yet.</summary>
    public static UpgradeRefusal Stopping { get; } =
        new(503, "Service Unavailable", "the server is stopping", ("Connection", Close), ("Retry-After", "1")) { Kind = RefusedUpgrade.Stopping };

    /// <summary>Plain text on a port that speaks TLS.</summary>
    public static UpgradeRefusal TlsRequired { get; } = BadRequest("this port speaks TLS: use wss or https");

    /// <summary>A request that HTTP or RFC 6455 does not allow.</summary>
    public static UpgradeRefusal BadRequest(string text) => new(400, "Bad Request", text, ("Connection", Close));

    /// <summary>No upgrade, or one to something else.</summary>
    public static UpgradeRefusal UpgradeRequired(string text) => new(
        426, "Upgrade Required", text, ("Connection", "close, Upgrade"), ("Upgrade", "websocket"), ("Sec-WebSocket-Version", "13"));

    /// <summary>The whole answer.</summary>
    public byte[] ToBytes()
    {
        var answer = new StringBuilder(512).Append(CultureInfo.InvariantCulture, $"HTTP/1.1 {Status} {Phrase}\r\n");
        foreach (var (name, value) in Headers)
        {
            answer.Append(CultureInfo.InvariantCulture, $"{name}: {value}\r\n");
        }

        answer.Append(CultureInfo.InvariantCulture, $"Content-Type: text/plain\r\nContent-Length: {Text.Length + 1}\r\n\r\n{Text}\n");
        return Encoding.ASCII.GetBytes(answer.ToString());
    }
}
