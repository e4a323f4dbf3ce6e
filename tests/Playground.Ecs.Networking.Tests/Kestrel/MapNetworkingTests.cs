using System.Net;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Http;
using Playground.Ecs.Networking.Kestrel;
using Playground.Ecs.Networking.Links;
using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Sessions;
using Playground.Ecs.Networking.Sockets;

namespace Playground.Ecs.Networking.Tests.Kestrel;

/// <summary>Networking inside an ASP.NET Core application.</summary>
[TestFixture]
public sealed class MapNetworkingTests
{
    [Test]
    public async Task An_application_serves_its_pages_and_the_system_beside_each_other()
    {
        await using var system = await MappedSystem.NewSystemAsync();
        await using var app = await MappedSystem.StartAsync(app => app.MapNetworking("/game", system));
        Assert.That(system.LocalEndPoint, Is.Null, "no port of its own");
        using var client = await app.ConnectAsync("/game");
        Assert.That((await MappedSystem.HelloAsync(client)).Type, Is.EqualTo((ushort)ControlType.Welcome));
        Assert.That(await MappedSystem.EchoAsync(client, system, [1, 2, 3]), Is.EqualTo(new byte[] { 1, 2, 3 }));

        using var http = new HttpClient { BaseAddress = app.Address };
        Assert.That(await http.GetStringAsync(new Uri("/page", UriKind.Relative)), Is.EqualTo("a page"));
        using var plain = await http.GetAsync(new Uri("/game", UriKind.Relative));
        Assert.That(plain.StatusCode, Is.EqualTo(HttpStatusCode.UpgradeRequired));
        var stats = (await system.GetStatsAsync()).Unwrap();
        Assert.That(stats.ConnectionsActive, Is.EqualTo(1));
    }

    [Test]
    public async Task The_authentication_sees_the_upgrade_and_decides()
    {
        LinkUpgrade? seen = null;
        await using var system = await MappedSystem.NewSystemAsync(new NetworkingOptions
        {
            AllowedOrigins = ["https://a.example"],
            Authenticate = (request, _) =>
            {
                seen = request.Upgrade;
                return ValueTask.FromResult(request.Upgrade.Headers.GetValueOrDefault("X-Key") == "open"
                    ? AuthenticationResult.Accept("alice")
                    : AuthenticationResult.Refuse("no key"));
            },
        });
        await using var app = await MappedSystem.StartAsync(app => app.MapNetworking("/ws", system));
        using var client = await app.ConnectAsync("/ws", options =>
        {
            options.SetRequestHeader("X-Key", "open");
            options.SetRequestHeader("Origin", "https://a.example");
        });
        Assert.That((await MappedSystem.HelloAsync(client)).Type, Is.EqualTo((ushort)ControlType.Welcome));
        Assert.That(seen!.Origin, Is.EqualTo("https://a.example"));
        Assert.That(seen.RemoteEndPoint!.Address, Is.EqualTo(IPAddress.Loopback));
        Assert.That(seen.Subprotocol, Is.EqualTo(ProtocolLimits.Subprotocol));

        using var stranger = await app.ConnectAsync("/ws");
        await MappedSystem.HelloAsync(stranger);
        Assert.That(await MappedSystem.ReceiveCloseAsync(stranger), Is.EqualTo(4502));
    }

    [Test]
    public async Task What_the_application_requires_of_the_endpoint_comes_first()
    {
        await using var system = await MappedSystem.NewSystemAsync();
        await using var app = await MappedSystem.StartAsync(app => app.MapNetworking("/ws", system)
            .Add(endpoint => endpoint.RequestDelegate = context =>
            {
                context.Response.StatusCode = StatusCodes.Status401Unauthorized;
                return Task.CompletedTask;
            }));
        Assert.That(async () => await app.ConnectAsync("/ws"), Throws.InstanceOf<WebSocketException>());
        Assert.That((await system.GetStatsAsync()).Unwrap().ConnectionsActive, Is.Zero);
    }

    [Test]
    public async Task Two_systems_on_two_paths_do_not_mix()
    {
        await using var first = await MappedSystem.NewSystemAsync();
        await using var second = await MappedSystem.NewSystemAsync();
        await using var app = await MappedSystem.StartAsync(app =>
        {
            app.MapNetworking("/one", first);
            app.MapNetworking("/two", second);
        });
        using var one = await app.ConnectAsync("/one");
        using var two = await app.ConnectAsync("/two");
        Assert.That(await MappedSystem.EchoAsync(one, first, [1]), Is.EqualTo(new byte[] { 1 }));
        Assert.That(await MappedSystem.EchoAsync(two, second, [2]), Is.EqualTo(new byte[] { 2 }));
        await first.DisposeAsync();
        Assert.That(await MappedSystem.ReceiveCloseAsync(one), Is.EqualTo(1001));
        Assert.That(await MappedSystem.EchoAsync(two, second, [3]), Is.EqualTo(new byte[] { 3 }));
    }

    [Test]
    public async Task A_system_with_a_port_of_its_own_can_be_mapped_too()
    {
        await using var system = new NetworkingSystem(new NetworkingOptions { Port = 0, Transport = new SocketTransport() });
        (await system.InitializeAsync()).Unwrap();
        await using var app = await MappedSystem.StartAsync(app => app.MapNetworking("/ws", system));
        using var mapped = await app.ConnectAsync("/ws");
        using var direct = new ClientWebSocket();
        await direct.ConnectAsync(new Uri($"ws://{system.LocalEndPoint}/ws"), CancellationToken.None);
        Assert.That((await MappedSystem.HelloAsync(mapped)).Type, Is.EqualTo((ushort)ControlType.Welcome));
        Assert.That((await MappedSystem.HelloAsync(direct)).Type, Is.EqualTo((ushort)ControlType.Welcome));
        Assert.That((await system.GetStatsAsync()).Unwrap().ConnectionsActive, Is.EqualTo(2));
    }

    [Test]
    public async Task When_the_application_stops_its_links_are_closed_with_1001_and_the_system_goes_on()
    {
        await using var system = await MappedSystem.NewSystemAsync();
        await using var other = await MappedSystem.StartAsync(app => app.MapNetworking("/ws", system));
        await using (var app = await MappedSystem.StartAsync(app => app.MapNetworking("/ws", system)))
        {
            using var client = await app.ConnectAsync("/ws");
            await MappedSystem.HelloAsync(client);
            var stopping = app.App.StopAsync();
            Assert.That(await MappedSystem.ReceiveCloseAsync(client), Is.EqualTo(1001));
            await client.CloseOutputAsync(WebSocketCloseStatus.EndpointUnavailable, null, CancellationToken.None);
            await stopping;
        }

        using var next = await other.ConnectAsync("/ws");
        Assert.That(await MappedSystem.EchoAsync(next, system, [7]), Is.EqualTo(new byte[] { 7 }));
    }

    [Test]
    public async Task A_link_that_no_frame_has_seen_when_the_application_stops_is_closed_by_the_next_ones()
    {
        var world = World.Create();
        await using (var system = new NetworkingSystem(world, new NetworkingOptions { Listens = false }))
        {
            (await system.InitializeAsync()).Unwrap();
            await using var app = await MappedSystem.StartAsync(app => app.MapNetworking("/ws", system));
            using var client = await app.ConnectAsync("/ws");
            var stopping = app.App.StopAsync();
            Assert.That(app.App.Lifetime.ApplicationStopping.IsCancellationRequested, Is.True);
            var closed = MappedSystem.ReceiveCloseAsync(client);
            while (!closed.IsCompleted)
            {
                system.BeforeUpdate(0);
                system.Update(0);
                system.AfterUpdate(0);
                await Task.Yield();
            }

            Assert.That(await closed, Is.EqualTo(1001));
            await client.CloseOutputAsync(WebSocketCloseStatus.EndpointUnavailable, null, CancellationToken.None);
            system.BeforeUpdate(0);
            await system.DisposeAsync();
            await stopping;
        }

        World.Destroy(world);
    }

    [Test]
    public async Task When_the_system_is_disposed_first_its_links_end_and_the_path_answers_503()
    {
        var system = await MappedSystem.NewSystemAsync();
        await using var app = await MappedSystem.StartAsync(app => app.MapNetworking("/ws", system));
        using var client = await app.ConnectAsync("/ws");
        await MappedSystem.HelloAsync(client);
        await system.DisposeAsync();
        Assert.That(await MappedSystem.ReceiveCloseAsync(client), Is.EqualTo(1001));
        Assert.That(await StatusAsync(app), Is.EqualTo(HttpStatusCode.ServiceUnavailable));
    }

    [Test]
    public async Task Before_the_system_runs_the_path_answers_503()
    {
        await using var system = new NetworkingSystem(new NetworkingOptions { Listens = false });
        await using var app = await MappedSystem.StartAsync(app => app.MapNetworking("/ws", system));
        Assert.That(await StatusAsync(app), Is.EqualTo(HttpStatusCode.ServiceUnavailable));
        (await system.InitializeAsync()).Unwrap();
        using var client = await app.ConnectAsync("/ws");
        Assert.That((await MappedSystem.HelloAsync(client)).Type, Is.EqualTo((ushort)ControlType.Welcome));
    }

    [Test]
    public async Task When_the_application_is_disposed_under_load_both_end()
    {
        var system = await MappedSystem.NewSystemAsync();
        var app = await MappedSystem.StartAsync(app => app.MapNetworking("/ws", system));
        var channel = (await system.FindChannelAsync("echo")).Unwrap();
        var clients = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => app.ConnectAsync("/ws")));
        var sending = clients.Select(client => SendUntilClosedAsync(client, channel)).ToList();
        await app.DisposeAsync();
        await system.DisposeAsync();
        await Task.WhenAll(sending);
        Assert.That(system.UpgradedLinks!.Count, Is.Zero);
        Assert.That(system.Buffers.RentedCount, Is.Zero);
    }

    [Test]
    public void A_transport_that_takes_no_upgrades_is_refused_at_once() => Assert.That(
        async () =>
        {
            await using var system = new NetworkingSystem(new NetworkingOptions { Transport = new MemoryTransport() });
            await using var app = await MappedSystem.StartAsync(app => app.MapNetworking("/ws", system));
        },
        Throws.InvalidOperationException.With.Message.Contains("KestrelTransport"));

    private static async Task SendUntilClosedAsync(ClientWebSocket client, ChannelId channel)
    {
        using (client)
        {
            try
            {
                while (true) await MappedSystem.SendAsync(client, Testing.Frames.TestPeer.Packet(channel, 1, new byte[1_000]));
            }
            catch (Exception exception) when (exception is WebSocketException or OperationCanceledException or ObjectDisposedException)
            {
                // Closed by the server, as it should be.
            }
        }
    }

    private static async Task<HttpStatusCode> StatusAsync(MappedSystem app)
    {
        using var client = new ClientWebSocket();
        client.Options.CollectHttpResponseDetails = true;
        Assert.That(async () => await client.ConnectAsync(app.WebSocketAt("/ws"), CancellationToken.None), Throws.InstanceOf<WebSocketException>());
        await Task.CompletedTask;
        return client.HttpStatusCode;
    }
}
