using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Playground.Ecs.Networking.Links;
using Playground.Ecs.Networking.Sockets;
using Playground.Ecs.Networking.Testing.Links;

namespace Playground.Ecs.Networking.Tests.Sockets;

/// <summary>Binding, stopping, and doing both again.</summary>
[TestFixture]
public class LifecycleTests
{
    /// <summary>The transport under test.</summary>
    protected virtual ITransport CreateTransport() => new SocketTransport();

    [Test]
    public async Task Localhost_is_the_ipv4_loopback_and_port_0_a_free_one()
    {
        await using var loop = await TransportLoop.StartAsync(CreateTransport());
        Assert.That(loop.EndPoint.Address, Is.EqualTo(IPAddress.Loopback));
        Assert.That(loop.EndPoint.Port, Is.Positive);
    }

    [Test]
    public async Task A_port_in_use_is_an_error_that_names_it()
    {
        await using var loop = await TransportLoop.StartAsync(CreateTransport());
        await using var second = CreateTransport();
        var result = await StartAsync(second, new NetworkingOptions { Port = loop.EndPoint.Port });
        Assert.That(result.Error, Is.EqualTo(new NetworkError.AddressInUse("localhost", loop.EndPoint.Port)));
        Assert.That(second.LocalEndPoint, Is.Null);
        using var client = RawWebSocket.Connect(loop.EndPoint);
    }

    [TestCase("nowhere.example")]
    [TestCase("203.0.113.7")]
    [TestCase("not an address")]
    public async Task An_address_that_cannot_be_bound_is_an_error_that_names_it(string host)
    {
        await using var transport = CreateTransport();
        var result = await StartAsync(transport, new NetworkingOptions { Host = host, Port = 0 });
        Assert.That(result.Error, Is.InstanceOf<NetworkError.AddressUnavailable>());
        Assert.That(result.Error!.Message, Does.Contain(host));
    }

    [Test]
    public async Task Twenty_starts_and_stops_on_one_port_with_live_links()
    {
        var port = 0;
        for (var i = 0; i < 20; i++)
        {
            var transport = CreateTransport();
            var result = await StartAsync(transport, new NetworkingOptions { Port = port });
            Assert.That(result.IsOk, Is.True, $"start {i}: {result}");
            port = transport.LocalEndPoint!.Port;
            using var client = RawWebSocket.Connect(transport.LocalEndPoint);
            client.SendFrame(RawFrame.Binary, [1]);
            await transport.DisposeAsync();
        }
    }

    [Test]
    public async Task Stopping_to_accept_refuses_new_connections_and_keeps_open_ones()
    {
        await using var loop = await TransportLoop.StartAsync(CreateTransport());
        using var client = RawWebSocket.Connect(loop.EndPoint);
        var server = loop.AcceptOne();
        await loop.Transport.StopAcceptingAsync();
        Assert.That(() => RawWebSocket.Open(loop.EndPoint), Throws.InstanceOf<SocketException>());
        client.SendFrame(RawFrame.Binary, [1]);
        loop.Until(() => server.Messages.Count == 1);
    }

    [Test]
    public async Task Disposal_is_quick_with_open_silent_and_kept_alive_connections()
    {
        var loop = await TransportLoop.StartAsync(CreateTransport());
        using var link = RawWebSocket.Connect(loop.EndPoint);
        using var silent = RawWebSocket.Open(loop.EndPoint);
        using var page = RawWebSocket.Open(loop.EndPoint);
        page.SendText("GET /healthz HTTP/1.1\r\nHost: h\r\n\r\n");
        page.ReadHead();
        loop.AcceptOne();

        var begun = Stopwatch.GetTimestamp();
        await loop.DisposeAsync();
        Assert.That(Stopwatch.GetElapsedTime(begun), Is.LessThan(TimeSpan.FromSeconds(3)));
        TestContext.Out.WriteLine($"disposed in {Stopwatch.GetElapsedTime(begun).TotalMilliseconds:0} ms");
        link.ReadToEnd();
        silent.ReadToEnd();
        Assert.That(link.HasEnded && silent.HasEnded, Is.True);
    }

    [Test]
    public async Task Disposal_before_the_start_and_a_start_after_it_are_harmless()
    {
        var transport = CreateTransport();
        await transport.DisposeAsync();
        await transport.DisposeAsync();
        Assert.That(transport.LinkCount, Is.Zero);
        Assert.That(async () => await StartAsync(transport, new NetworkingOptions { Port = 0 }), Throws.InstanceOf<ObjectDisposedException>());
    }

    [Test]
    public async Task A_configuration_that_throws_leaves_nothing_half_started()
    {
        var transport = CreateTransport();
        Assert.That(
            async () => await StartAsync(transport, new NetworkingOptions { Port = 0, ConfigureHttp = _ => throw new NotSupportedException("mine") }),
            Throws.InstanceOf<NotSupportedException>());
        Assert.That(() => RawWebSocket.Open(transport.LocalEndPoint!), Throws.InstanceOf<SocketException>());
        await transport.DisposeAsync();
    }

    private static ValueTask<NetworkResult> StartAsync(ITransport transport, NetworkingOptions options) =>
        transport.StartAsync(
            new TransportStart(options, new BufferPool(1 << 20), TimeProvider.System, NullLoggerFactory.Instance), CancellationToken.None);
}
