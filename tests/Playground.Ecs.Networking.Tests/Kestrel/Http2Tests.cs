using System.Net;
using System.Net.WebSockets;
using Playground.Ecs.Networking.Kestrel;
using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Testing.Links;

namespace Playground.Ecs.Networking.Tests.Kestrel;

/// <summary>WebSockets over HTTP/2 (RFC 8441), which browsers choose by themselves where an application's pages came over HTTP/2.</summary>
[TestFixture]
public sealed class Http2Tests
{
    private readonly HttpMessageInvoker _connection = NewConnection();
    private NetworkingSystem _system = null!;
    private MappedSystem _app = null!;

    [SetUp]
    public async Task Start()
    {
        _system = await MappedSystem.NewSystemAsync(new NetworkingOptions { ConnectionsMax = 8 });
        _app = await MappedSystem.StartAsync(app => app.MapNetworking("/ws", _system), tls: true);
    }

    [TearDown]
    public async Task Stop()
    {
        await _app.DisposeAsync();
        await _system.DisposeAsync();
        Assert.That(_system.UpgradedLinks!.Count, Is.Zero);
        Assert.That(_system.Buffers.RentedCount, Is.Zero);
    }

    [OneTimeTearDown]
    public void Disconnect() => _connection.Dispose();

    [Test]
    public async Task Links_share_a_connection_and_are_like_any_other()
    {
        using var first = await ConnectAsync();
        using var second = await ConnectAsync();
        Assert.That(first.SubProtocol, Is.EqualTo(ProtocolLimits.Subprotocol));
        Assert.That((await MappedSystem.HelloAsync(first)).Type, Is.EqualTo((ushort)ControlType.Welcome));
        var data = new byte[16_000];
        new Random(1).NextBytes(data);
        Assert.That(await MappedSystem.EchoAsync(first, _system, data), Is.EqualTo(data));
        Assert.That(await MappedSystem.EchoAsync(second, _system, [1]), Is.EqualTo(new byte[] { 1 }));

        await first.CloseAsync(WebSocketCloseStatus.NormalClosure, "done", CancellationToken.None);
        Assert.That(first.CloseStatus, Is.EqualTo(WebSocketCloseStatus.NormalClosure));
        Assert.That(await MappedSystem.EchoAsync(second, _system, [2]), Is.EqualTo(new byte[] { 2 }));
    }

    [Test]
    public async Task A_violation_costs_its_link_and_not_the_connection()
    {
        using var bystander = await ConnectAsync();
        using var client = await ConnectAsync();
        await client.SendAsync("text"u8.ToArray(), WebSocketMessageType.Text, true, CancellationToken.None);
        Assert.That(await MappedSystem.ReceiveCloseAsync(client), Is.EqualTo(1003));
        Assert.That(await MappedSystem.EchoAsync(bystander, _system, [2]), Is.EqualTo(new byte[] { 2 }));
    }

    [Test]
    public async Task A_client_that_drops_its_stream_ends_its_link_alone()
    {
        using var bystander = await ConnectAsync();
        using (var client = await ConnectAsync())
        {
            await MappedSystem.EchoAsync(client, _system, [1]);
            client.Abort();
        }

        Assert.That(SpinWait.SpinUntil(() => _system.UpgradedLinks!.Count == 1, TimeSpan.FromSeconds(10)), Is.True);
        Assert.That(await MappedSystem.EchoAsync(bystander, _system, [2]), Is.EqualTo(new byte[] { 2 }));
    }

    [Test]
    public async Task Beyond_the_limit_of_connections_the_upgrade_is_refused()
    {
        var clients = new List<ClientWebSocket>();
        for (var i = 0; i < 8; i++) clients.Add(await ConnectAsync());
        using var one = NewClient();
        Assert.That(async () => await ConnectAsync(one), Throws.InstanceOf<WebSocketException>());
        Assert.That(one.HttpStatusCode, Is.EqualTo(HttpStatusCode.ServiceUnavailable));
        clients.ForEach(client => client.Dispose());
    }

    [Test]
    public void Other_subprotocols_alone_are_refused()
    {
        using var client = new ClientWebSocket();
        Configure(client.Options);
        client.Options.AddSubProtocol("chess.v9");
        Assert.That(async () => await ConnectAsync(client), Throws.InstanceOf<WebSocketException>());
        Assert.That(client.HttpStatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task Whoever_ends_first_links_are_closed_with_1001(bool isApplication)
    {
        using var client = await ConnectAsync();
        await MappedSystem.HelloAsync(client);
        var ending = isApplication ? _app.App.StopAsync() : _system.DisposeAsync().AsTask();
        Assert.That(await MappedSystem.ReceiveCloseAsync(client), Is.EqualTo(1001));
        await client.CloseOutputAsync(WebSocketCloseStatus.EndpointUnavailable, null, CancellationToken.None);
        await ending;
    }

    private static HttpMessageInvoker NewConnection()
    {
        var handler = new SocketsHttpHandler();
        handler.SslOptions.RemoteCertificateValidationCallback = TestCertificate.IsTheServers;
        return new HttpMessageInvoker(handler, disposeHandler: true);
    }

    private static ClientWebSocket NewClient()
    {
        var client = new ClientWebSocket();
        Configure(client.Options);
        client.Options.AddSubProtocol(ProtocolLimits.Subprotocol);
        return client;
    }

    private static void Configure(ClientWebSocketOptions options)
    {
        options.HttpVersion = HttpVersion.Version20;
        options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        options.KeepAliveInterval = TimeSpan.Zero;
        options.CollectHttpResponseDetails = true;
    }

    private async Task<ClientWebSocket> ConnectAsync()
    {
        var client = NewClient();
        await ConnectAsync(client);
        return client;
    }

    private Task ConnectAsync(ClientWebSocket client) => client.ConnectAsync(_app.WebSocketAt("/ws"), _connection, CancellationToken.None);
}
