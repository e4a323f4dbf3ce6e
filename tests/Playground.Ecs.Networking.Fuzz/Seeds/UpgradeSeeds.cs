using System.Text;

namespace Playground.Ecs.Networking.Fuzz.Seeds;

/// <summary>Requests that are let in and requests that are not; each at once and in pieces of a few bytes.</summary>
internal static class UpgradeSeeds
{
    private const byte AtOnce = 0x3F;
    private const byte InPieces = 6;

    private const string Host = "Host: h\r\n";
    private const string Asked = "Connection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n";
    private const string Version = "Sec-WebSocket-Version: 13\r\n";
    private const string Key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    private const string Good = $"{Host}{Asked}{Version}{Key}";

    public static IEnumerable<byte[]> All() =>
        from request in Requests()
        from pieces in new[] { AtOnce, InPieces }
        select (byte[])[pieces, .. Encoding.Latin1.GetBytes(request)];

    private static IEnumerable<string> Requests()
    {
        yield return $"GET /ws HTTP/1.1\r\n{Good}\r\n";
        yield return $"GET /ws?a=b HTTP/1.1\r\n{Good}Origin: https://a.example\r\nSec-WebSocket-Protocol: x, playground.v1\r\n\r\n\x82\x80";
        yield return $"GET /echo HTTP/1.1\r\n{Good}Sec-WebSocket-Protocol: chat\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n";
        yield return $"GET / HTTP/1.1\r\n{Host}Accept: */*\r\n\r\n";
        yield return $"POST /ws HTTP/1.1\r\n{Host}Content-Length: 2\r\n\r\n{{}}";
        yield return $"GET /ws HTTP/1.1\r\n{Host}\r\n";
        yield return $"GET /ws HTTP/1.1\r\n{Host}{Asked}Sec-WebSocket-Version: 8\r\n{Key}\r\n";
        yield return $"GET /ws HTTP/1.1\r\n{Host}{Asked}{Version}Sec-WebSocket-Key: AAAA\r\n\r\n";
        yield return $"GET /ws HTTP/1.1\r\n{Good}{Key}\r\n";
        yield return $"GET /ws HTTP/1.1\r\n{Good}{Host}\r\n";
        yield return $"GET /ws HTTP/1.1\r\n{Good}Content-Length: 5\r\n\r\nhello";
        yield return $"GET /ws HTTP/1.1\r\n{Good}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n";
        yield return $"GET /ws HTTP/1.0\r\n{Good}\r\n";
        yield return $"GET /ws HTTP/1.1\r\n{Host}X: a\r\n b\r\n\r\n";
        yield return $"GET /ws HTTP/1.1\r\nHost : h\r\n\r\n";
        yield return $"GET /ws HTTP/1.1\r\n{Host}X: a\0b\r\n\r\n";
        yield return $"GET /ws HTTP/1.1\r\n{Host}Connection: a\r\nConnection: b\r\nUpgrade:c\r\nUpgrade:\td \r\n\r\n";
        yield return "GET /ws HTTP/1.1\nHost: h\n\n";
        yield return "\x16\x03\x01\x02";
        yield return new string('A', 40) + " /ws HTTP/1.1\r\n\r\n";
        yield return $"GET /ws HTTP/1.1\r\n{string.Concat(Enumerable.Repeat("Upgrade:x\r\n", 700))}\r\n";
        yield return $"GET /ws HTTP/1.1\r\n{Host}X: {new string('x', 8200)}\r\n\r\n";
    }
}
