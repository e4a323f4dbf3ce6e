using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Playground.Ecs.Networking.Kestrel;
using Playground.Ecs.Networking.Links;
using Playground.Ecs.Networking.Sockets;
using Playground.Ecs.Networking.Testing.Links;
using Playground.Ecs.Networking.Tests.Sockets;

namespace Playground.Ecs.Networking.Tests.Kestrel;

/// <summary>A port that has a certificate.</summary>
[TestFixture(typeof(SocketTransport))]
[TestFixture(typeof(KestrelTransport))]
public sealed class TlsTests<T> : SocketFixture
    where T : ITransport, new()
{
    private const int Alert = 21;
    private const int ProtocolVersion = 70;

    protected override NetworkingOptions Options => new()
    {
        Certificate = TestCertificate.Localhost,
        HandshakeTimeout = TimeSpan.FromMilliseconds(500),
        ConfigureHttp = app => app.MapGet("/page", context => context.Response.WriteAsync($"a page over {context.Request.Scheme}")),
    };

    private Uri WebSocketUri => new($"wss://localhost:{Loop.EndPoint.Port}/ws");

    protected override ITransport CreateTransport() => new T();

    [Test]
    public async Task A_client_of_the_platform_speaks_over_wss()
    {
        using var client = NewClient();
        await StepAsync(client.ConnectAsync(WebSocketUri, CancellationToken.None));
        Assert.That(client.SubProtocol, Is.EqualTo("playground.v1"));
        Loop.Until(() => Loop.Links.Count == 1);
        var server = Loop.Links[0];
        var message = new byte[60_000];
        new Random(1).NextBytes(message);
        await StepAsync(client.SendAsync(message, WebSocketMessageType.Binary, endOfMessage: true, CancellationToken.None));
        Loop.Until(() => server.Messages.Count == 1);
        Assert.That(server.Messages[0], Is.EqualTo(message));

        Loop.TrySend(server, message);
        var received = new byte[message.Length];
        for (var length = 0; length < received.Length;)
        {
            length += (await StepAsync(client.ReceiveAsync(received.AsMemory(length), CancellationToken.None).AsTask())).Count;
        }

        Assert.That(received, Is.EqualTo(message));
        await StepAsync(client.CloseAsync(WebSocketCloseStatus.NormalClosure, "done", CancellationToken.None));
        Assert.That(server.Link.End, Is.EqualTo(new LinkEnd(1000, "done", true)));
    }

    [Test]
    public async Task Pages_and_health_are_served_over_https_on_the_same_port()
    {
        using var handler = new SocketsHttpHandler();
        handler.SslOptions.RemoteCertificateValidationCallback = TestCertificate.IsTheServers;
        using var http = new HttpClient(handler) { BaseAddress = new Uri($"https://localhost:{Loop.EndPoint.Port}") };
        Assert.That(await http.GetStringAsync(new Uri("/page", UriKind.Relative)), Is.EqualTo("a page over https"));
        Assert.That(await http.GetStringAsync(new Uri("/healthz", UriKind.Relative)), Does.StartWith("{\"status\":\"ok\""));
    }

    [TestCase(SslProtocols.Tls12)]
    [TestCase(SslProtocols.Tls13)]
    public async Task The_two_versions_of_TLS_that_are_not_broken_are_spoken_and_HTTP_1_1_in_them(SslProtocols version)
    {
        await using var tls = await ConnectAsync();
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "localhost",
            EnabledSslProtocols = version,
            ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11],
            RemoteCertificateValidationCallback = TestCertificate.IsTheServers,
        });
        Assert.That(tls.SslProtocol, Is.EqualTo(version));
        Assert.That(tls.NegotiatedApplicationProtocol, Is.EqualTo(SslApplicationProtocol.Http11));
    }

    [TestCase(1)]
    [TestCase(2)]
    public void An_older_version_of_TLS_is_refused(int minor)
    {
        using var client = RawWebSocket.Open(Loop.EndPoint);
        client.SendBytes(ClientHello(minor));
        var answer = new byte[7];
        var length = 0;
        while (length < answer.Length && client.Socket.Receive(answer.AsSpan(length)) is > 0 and var count) length += count;
        Assert.That((answer[0], answer[6]), Is.EqualTo(((byte)Alert, (byte)ProtocolVersion)));
        Assert.That(Loop.Transport.LinkCount, Is.Zero);
    }

    [TestCase("GET /healthz HTTP/1.1\r\nHost: h\r\n\r\n")]
    [TestCase("GET /ws HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\n\r\n")]
    [TestCase("garbage")]
    public void Plain_text_is_told_that_the_port_speaks_TLS(string request)
    {
        using var client = RawWebSocket.Open(Loop.EndPoint);
        client.SendText(request);
        var answer = client.ReadToEnd();
        Assert.That(answer, Does.StartWith("HTTP/1.1 400 "));
        Assert.That(answer, Does.Contain("this port speaks TLS"));
        Assert.That(Loop.Transport.LinkCount, Is.Zero);
    }

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(40)]
    public void A_client_that_stalls_in_the_TLS_handshake_is_gone_within_its_time(int bytes)
    {
        using var client = RawWebSocket.Open(Loop.EndPoint);
        client.SendBytes(ClientHello(minor: 3).AsSpan(0, bytes));
        client.ReadToEnd();
        Assert.That(client.HasEnded, Is.True);
    }

    [Test]
    public async Task A_client_that_says_nothing_over_TLS_is_gone_within_its_time()
    {
        await using var tls = await ConnectAsync();
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "localhost",
            RemoteCertificateValidationCallback = TestCertificate.IsTheServers,
        });
        Assert.That(await HasEndedAsync(tls), Is.True);
    }

    [TestCase(HttpVersionPolicy.RequestVersionOrLower, true)]
    [TestCase(HttpVersionPolicy.RequestVersionExact, false)]
    public async Task A_client_that_prefers_HTTP_2_comes_over_HTTP_1_1_or_not_at_all(HttpVersionPolicy policy, bool comes)
    {
        using var handler = new SocketsHttpHandler();
        handler.SslOptions.RemoteCertificateValidationCallback = TestCertificate.IsTheServers;
        using var invoker = new HttpMessageInvoker(handler, disposeHandler: false);
        using var client = new ClientWebSocket();
        client.Options.HttpVersion = HttpVersion.Version20;
        client.Options.HttpVersionPolicy = policy;
        var connecting = client.ConnectAsync(WebSocketUri, invoker, CancellationToken.None);
        if (comes)
        {
            await StepAsync(connecting);
            Loop.Until(() => Loop.Links.Count == 1);
        }
        else
        {
            Assert.That(async () => await StepAsync(connecting), Throws.InstanceOf<WebSocketException>());
        }
    }

    [Test]
    public void A_certificate_that_is_not_for_servers_is_refused_at_the_start()
    {
        using var certificate = TestCertificate.MakeForClients();
        var options = Options with { Certificate = certificate };
        Assert.That(async () => await TransportLoop.StartAsync(new T(), options), Throws.InvalidOperationException);
    }

    private static async Task<bool> HasEndedAsync(Stream stream)
    {
        try
        {
            return await stream.ReadAsync(new byte[1]) == 0;
        }
        catch (IOException)
        {
            return true;
        }
    }

    private static ClientWebSocket NewClient()
    {
        var client = new ClientWebSocket();
        client.Options.AddSubProtocol("playground.v1");
        client.Options.KeepAliveInterval = TimeSpan.Zero;
        client.Options.RemoteCertificateValidationCallback = TestCertificate.IsTheServers;
        return client;
    }

    // By hand, since the machine's own library may refuse to offer old versions at all.
    private static byte[] ClientHello(int minor)
    {
        byte[] body = [3, (byte)minor, .. new byte[32], 0, 0, 6, 0xC0, 0x2B, 0xC0, 0x09, 0, 0x2F, 1, 0];
        byte[] message = [1, 0, 0, (byte)body.Length, .. body];
        return [0x16, 3, 1, 0, (byte)message.Length, .. message];
    }

    private async Task<SslStream> ConnectAsync()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(Loop.EndPoint);
        return new SslStream(new NetworkStream(socket, ownsSocket: true), leaveInnerStreamOpen: false);
    }

    private Task StepAsync(Task task)
    {
        Loop.Until(() => task.IsCompleted);
        return task;
    }

    private Task<TResult> StepAsync<TResult>(Task<TResult> task)
    {
        Loop.Until(() => task.IsCompleted);
        return task;
    }
}
