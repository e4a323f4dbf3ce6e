using System.Net.WebSockets;
using Playground.Ecs.Networking.Kestrel;
using Playground.Ecs.Networking.Links;
using Playground.Ecs.Networking.Sockets;
using Playground.Ecs.Networking.Testing.Links;
using Playground.Ecs.Networking.Testing.Proxies;
using Playground.Ecs.Networking.Tests.Links;

namespace Playground.Ecs.Networking.Tests.Kestrel;

/// <summary>The conformance of links over Kestrel whose sends run on the loop's thread.</summary>
[TestFixture]
public sealed class KestrelTransportConformance : WebSocketConformance
{
    protected override ITransport CreateTransport() => new KestrelTransport();
}

/// <summary>The conformance of links over Kestrel whose sends run on the send thread.</summary>
[TestFixture]
public sealed class KestrelTransportThreadedConformance : WebSocketConformance
{
    protected override NetworkingOptions Configure(NetworkingOptions options) => options with { InlineSendLinksMax = 0 };

    protected override ITransport CreateTransport() => new KestrelTransport();
}

/// <summary>The conformance of links over TLS, on a port of either transport.</summary>
[TestFixture(false)]
[TestFixture(true)]
public sealed class TlsConformance(bool behindSockets) : WebSocketConformance
{
    private readonly List<TlsBridge> _bridges = [];

    [TearDown]
    public void EndBridges()
    {
        _bridges.ForEach(bridge => bridge.Dispose());
        _bridges.Clear();
    }

    protected override NetworkingOptions Configure(NetworkingOptions options) => options with { Certificate = TestCertificate.Localhost };

    protected override ITransport CreateTransport() => behindSockets ? new SocketTransport() : new KestrelTransport();

    protected override RawWebSocket Open(TransportLoop loop)
    {
        var bridge = TlsBridge.Start(loop.EndPoint);
        _bridges.Add(bridge);
        return RawWebSocket.Open(bridge.EndPoint);
    }
}

/// <summary>The conformance of links of the socket transport whose connections carried a page before: Kestrel upgrades them.</summary>
[TestFixture]
public sealed class KeptAliveConformance : WebSocketConformance
{
    protected override ITransport CreateTransport() => new SocketTransport();

    protected override RawWebSocket Open(TransportLoop loop)
    {
        var client = RawWebSocket.Open(loop.EndPoint);
        client.SendText("GET /nothing HTTP/1.1\r\nHost: h\r\n\r\n");
        Assert.That(client.ReadHead(), Does.StartWith("HTTP/1.1 404 "));
        return client;
    }

    [TestCase("")]
    [TestCase("GET /w")]
    [TestCase("GET /ws HTTP/1.1\r\nHost: h\r\n")]
    public override async Task A_connection_that_does_not_finish_its_upgrade_is_let_go(string start)
    {
        if (start.Length > 0)
        {
            await base.A_connection_that_does_not_finish_its_upgrade_is_let_go(start);
            return;
        }

        // Silence between two requests is what a connection is kept alive for.
        using var client = Open(Loop);
        Assert.That(client.TryReadFrame(out _), Is.False);
        Assert.That(client.HasEnded, Is.False);
    }
}

/// <summary>Sessions over Kestrel.</summary>
[TestFixture]
public sealed class KestrelSessionConformance : SessionConformance
{
    protected override ITransport CreateTransport() => new KestrelTransport();
}

/// <summary>Sessions over TLS.</summary>
[TestFixture(false)]
[TestFixture(true)]
public sealed class TlsSessionConformance(bool behindSockets) : SessionConformance
{
    protected override string Scheme => "wss";

    protected override ITransport CreateTransport() => behindSockets ? new SocketTransport() : new KestrelTransport();

    protected override NetworkingOptions Configure(NetworkingOptions options) => options with { Certificate = TestCertificate.Localhost };

    protected override void Configure(ClientWebSocketOptions options) => options.RemoteCertificateValidationCallback = TestCertificate.IsTheServers;
}
