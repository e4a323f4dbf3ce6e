using System.Buffers;
using System.Text;
using Microsoft.Extensions.Primitives;
using Playground.Ecs.Networking.Links;
using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.Sockets;

/// <summary>
/// A client's opening handshake (RFC 6455, section 4.2.1; RFC 9112 for the syntax, strictly): read in one pass over a head
/// whose size its caller bounded.
/// </summary>
internal sealed class UpgradeRequest
{
    private static readonly SearchValues<byte> TokenBytes =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"u8);

    private static readonly HashSet<string> ListHeaders = new(StringComparer.OrdinalIgnoreCase) { "Connection", "Upgrade", "Sec-WebSocket-Protocol", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto" };

    // What nearly every request says, so that ten thousand links keep one string of each.
    private static readonly HashSet<string> Usual = new(StringComparer.Ordinal)
    {
        "Host", "Connection", "Upgrade", "Sec-WebSocket-Version", "Sec-WebSocket-Key", "Sec-WebSocket-Protocol", "Sec-WebSocket-Extensions", "Origin", "User-Agent",
        "Accept-Encoding", "Accept-Language", "Cache-Control", "Pragma", "keep-alive, Upgrade", "websocket", "13", ProtocolLimits.Subprotocol, "no-cache",
    };

    private readonly Dictionary<string, string> _headers = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, StringBuilder> _lists = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _repeated = new(StringComparer.OrdinalIgnoreCase);

    private UpgradeRequest(string method) => Method = method;

    /// <summary>The method, GET in a valid one.</summary>
    public string Method { get; }

    /// <summary>All headers; of a repeated list header the values are joined, of another the last one is kept.</summary>
    public IReadOnlyDictionary<string, string> Headers => _headers;

    /// <summary>What it is for.</summary>
    public string Host => _headers.GetValueOrDefault("Host", string.Empty);

    /// <summary>The web page that sent it; null for none.</summary>
    public string? Origin => _headers.GetValueOrDefault("Origin");

    /// <summary>The challenge.</summary>
    public string Key => _headers.GetValueOrDefault("Sec-WebSocket-Key", string.Empty);

    /// <summary>Reads a head, its final empty line included.</summary>
    /// <returns>Null where it is no HTTP/1.1 request.</returns>
    public static UpgradeRequest? Parse(ReadOnlySpan<byte> head)
    {
        var request = ReadLine(ref head, out var line) ? ParseRequestLine(line) : null;
        while (request is not null && ReadLine(ref head, out line) && !line.IsEmpty)
        {
            if (!request.TryAddHeader(line))
            {
                return null;
            }
        }

        request?.JoinLists();
        return request;
    }

    /// <summary>Takes over a request that another HTTP server has read.</summary>
    public static UpgradeRequest From(string method, IEnumerable<KeyValuePair<string, StringValues>> headers)
    {
        var request = new UpgradeRequest(method);
        foreach (var (name, values) in headers)
        {
            foreach (var value in values)
            {
                request.Add(name, value ?? string.Empty);
            }
        }

        request.JoinLists();
        return request;
    }

    /// <summary>Checks what the RFC asks of an opening handshake.</summary>
    /// <param name="anySubprotocol">Do not ask for ours.</param>
    /// <returns>The answer to refuse it with; null for a valid one.</returns>
    public UpgradeRefusal? Judge(bool anySubprotocol)
    {
        if (Method != "GET")
        {
            return UpgradeRefusal.MethodNotAllowed;
        }

        if (!_headers.ContainsKey("Host") || _repeated.Contains("Host"))
        {
            return UpgradeRefusal.BadRequest("exactly one Host header is required");
        }

        if (_repeated.Contains("Origin"))
        {
            return UpgradeRefusal.BadRequest("at most one Origin header is allowed");
        }

        if (_headers.ContainsKey("Transfer-Encoding") || _headers.GetValueOrDefault("Content-Length", "0") != "0")
        {
            return UpgradeRefusal.BadRequest("a WebSocket upgrade has no body");
        }

        if (!HasToken("Connection", "upgrade") || !HasToken("Upgrade", "websocket"))
        {
            return UpgradeRefusal.UpgradeRequired("this path speaks WebSocket: send Connection: Upgrade and Upgrade: websocket");
        }

        return JudgeVersion() ?? JudgeKey() ?? JudgeSubprotocol(anySubprotocol);
    }

    /// <summary>Checks what RFC 8441 asks of an extended CONNECT: the same without the key and what HTTP/1.1 alone knows.</summary>
    /// <param name="anySubprotocol">Do not ask for ours.</param>
    /// <returns>The answer to refuse it with; null for a valid one.</returns>
    public UpgradeRefusal? JudgeConnect(bool anySubprotocol) => JudgeVersion() ?? JudgeSubprotocol(anySubprotocol);

    /// <summary>Whether a header that is a comma-separated list has this element, without regard to case.</summary>
    public bool HasToken(string header, string token)
    {
        foreach (var element in _headers.GetValueOrDefault(header, string.Empty).Split(',', StringSplitOptions.TrimEntries))
        {
            if (element.Equals(token, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    private UpgradeRefusal? JudgeVersion() => _headers.GetValueOrDefault("Sec-WebSocket-Version") == "13"
        ? null
        : UpgradeRefusal.UpgradeRequired("WebSocket version 13 is spoken here");

    private UpgradeRefusal? JudgeKey()
    {
        Span<byte> nonce = stackalloc byte[24];
        return _repeated.Contains("Sec-WebSocket-Key") || Key.Length != 24 || !Convert.TryFromBase64String(Key, nonce, out var length) || length != 16
            ? UpgradeRefusal.BadRequest("Sec-WebSocket-Key must be 16 bytes in base64, once")
            : null;
    }

    private UpgradeRefusal? JudgeSubprotocol(bool anySubprotocol)
    {
        var offersOthersOnly = _headers.ContainsKey("Sec-WebSocket-Protocol") && !HasSubprotocol;
        return offersOthersOnly && !anySubprotocol
            ? UpgradeRefusal.BadRequest($"of the subprotocols only {ProtocolLimits.Subprotocol} is spoken here")
            : null;
    }

    /// <summary>What the loop is told of a request that was accepted.</summary>
    public LinkUpgrade ToUpgrade(in RequestSource source) => new(source.Remote, source.Host, Origin, HasSubprotocol ? ProtocolLimits.Subprotocol : null)
    {
        Headers = _headers,
    };

    /// <summary>The client offers our subprotocol.</summary>
    public bool HasSubprotocol
    {
        get
        {
            // Subprotocol names are compared as they are (RFC 6455, section 11.5).
            var offered = _headers.GetValueOrDefault("Sec-WebSocket-Protocol", string.Empty);
            return Array.IndexOf(offered.Split(',', StringSplitOptions.TrimEntries), ProtocolLimits.Subprotocol) >= 0;
        }
    }

    private static bool ReadLine(ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> line)
    {
        var end = rest.IndexOf("\r\n"u8);
        line = end < 0 ? rest : rest[..end];
        rest = end < 0 ? [] : rest[(end + 2)..];
        return end >= 0;
    }

    private static UpgradeRequest? ParseRequestLine(ReadOnlySpan<byte> line)
    {
        var method = line.IndexOf((byte)' ');
        var version = line.LastIndexOf((byte)' ');
        if (method <= 0 || version <= method + 1 || !line[(version + 1)..].SequenceEqual("HTTP/1.1"u8))
        {
            return null;
        }

        var target = line[(method + 1)..version];
        return target.ContainsAnyExceptInRange((byte)'!', (byte)'~') ? null : new UpgradeRequest(Encoding.ASCII.GetString(line[..method]));
    }

    private static string Shared(string text) => Usual.TryGetValue(text, out var usual) ? usual : text;

    private bool TryAddHeader(ReadOnlySpan<byte> line)
    {
        var colon = line.IndexOf((byte)':');
        if (colon <= 0 || line[..colon].ContainsAnyExcept(TokenBytes))
        {
            return false;
        }

        var bytes = line[(colon + 1)..].Trim(" \t"u8);
        foreach (var value in bytes)
        {
            if (value is (< 0x20 and not (byte)'\t') or 0x7F)
            {
                return false;
            }
        }

        Add(Shared(Encoding.ASCII.GetString(line[..colon])), Shared(Encoding.Latin1.GetString(bytes)));
        return true;
    }

    private void Add(string name, string value)
    {
        if (_headers.TryAdd(name, value))
        {
            return;
        }

        _repeated.Add(name);
        if (!ListHeaders.Contains(name))
        {
            _headers[name] = value;
            return;
        }

        if (!_lists.TryGetValue(name, out var list))
        {
            _lists.Add(name, list = new StringBuilder(_headers[name]));
        }

        list.Append(',').Append(value);
    }

    // Once, at the end: joined line by line, a head of such lines would cost its length squared.
    private void JoinLists()
    {
        foreach (var (name, list) in _lists)
        {
            _headers[name] = list.ToString();
        }
    }
}
