using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Playground.Ecs.Networking.Client.Tests.Links;

/// <summary>A server on 127.0.0.1 that answers one upgrade by hand.</summary>
internal sealed partial class RawServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private NetworkStream? _stream;

    public RawServer() => _listener.Start();

    public Uri Uri => new($"ws://{_listener.LocalEndpoint}/ws");

    /// <summary>Takes a connection and reads its request.</summary>
    public async Task<string> AcceptAsync()
    {
        using var deadline = new CancellationTokenSource(ClientRig.Patience);
        var socket = await _listener.AcceptSocketAsync(deadline.Token);
        _stream = new NetworkStream(socket, ownsSocket: true);
        var request = new StringBuilder();
        var one = new byte[1];
        while (!request.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            await _stream.ReadExactlyAsync(one, deadline.Token);
            request.Append((char)one[0]);
        }

        return request.ToString();
    }

    public async Task AnswerAsync(string response) => await _stream!.WriteAsync(Encoding.ASCII.GetBytes(response.ReplaceLineEndings("\r\n")));

    /// <summary>Takes a connection and opens its WebSocket.</summary>
    public async Task<WebSocket> OpenAsync()
    {
        var key = Key().Match(await AcceptAsync()).Groups[1].Value;
        await AnswerAsync(
            $"""
            HTTP/1.1 101 Switching Protocols
            Upgrade: websocket
            Connection: Upgrade
            Sec-WebSocket-Accept: {Accept(key)}
            Sec-WebSocket-Protocol: playground.v1


            """);
        return WebSocket.CreateFromStream(_stream!, new WebSocketCreationOptions { IsServer = true, SubProtocol = "playground.v1" });
    }

    public void Dispose()
    {
        _stream?.Dispose();
        _listener.Dispose();
    }

    [SuppressMessage("Security", "CA5350", Justification = "RFC 6455, section 1.3, asks for SHA-1.")]
    private static string Accept(string key) =>
        Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));

    [GeneratedRegex("Sec-WebSocket-Key: (\\S+)", RegexOptions.IgnoreCase)]
    private static partial Regex Key();
}
