using System.Net;
using Playground.Ecs.Networking.Sockets;
using Playground.Ecs.Networking.Testing.Links;

namespace Playground.Ecs.Networking.Tests.Links;

/// <content>Who may not come in, and what counts by address.</content>
public abstract partial class WebSocketConformance
{
    /// <summary>The scheme that pages of this server have.</summary>
    protected virtual string PageScheme => Configure(new NetworkingOptions()).Certificate is null ? "http" : "https";

    [TestCase("https://evil.example")]
    [TestCase("null")]
    public virtual async Task A_foreign_page_is_refused_before_the_upgrade(string origin)
    {
        await using var loop = await StartAsync(new NetworkingOptions());
        ExpectRefusal(loop, 403, RawWebSocket.Upgrade(more: $"Origin: {origin}\r\n"));
        var own = Track(Open(loop));
        own.SendText(RawWebSocket.Upgrade(more: $"Origin: {PageScheme}://localhost\r\n"));
        own.ReadUpgrade();
        loop.AcceptOne();
    }

    [Test]
    public virtual async Task A_host_that_is_not_ours_is_refused_with_421_unless_it_is_listed()
    {
        await using var loop = await StartAsync(new NetworkingOptions { AllowedHosts = ["game.example"] });
        ExpectRefusal(loop, 421, RawWebSocket.Upgrade().Replace("Host: localhost", "Host: evil.example", StringComparison.Ordinal));
        var listed = Track(Open(loop));
        listed.SendText(RawWebSocket.Upgrade().Replace("Host: localhost", "Host: game.example:99", StringComparison.Ordinal));
        listed.ReadUpgrade();
        loop.AcceptOne();
    }

    [Test]
    public virtual async Task A_trusted_proxy_says_whose_the_link_is()
    {
        await using var loop = await StartAsync(new NetworkingOptions
        {
            AllowedHosts = ["game.example"],
            TrustedProxies = [IPNetwork.Parse("127.0.0.0/8")],
        });
        var client = Track(Open(loop));
        client.SendText(RawWebSocket.Upgrade(more: "Origin: https://game.example\r\nX-Forwarded-For: 198.51.100.1\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: game.example\r\n"));
        client.ReadUpgrade();
        var upgrade = loop.AcceptOne().Link.Upgrade;
        Assert.That(upgrade.RemoteEndPoint!.Address, Is.EqualTo(IPAddress.Parse("198.51.100.1")));
        Assert.That(upgrade.Host, Is.EqualTo("game.example"));
    }

    [Test]
    public virtual async Task Beyond_the_links_of_an_address_the_upgrade_is_refused_until_one_leaves()
    {
        await using var loop = await StartAsync(new NetworkingOptions { ConnectionsPerAddressMax = 2 });
        var first = ConnectRaw(loop);
        ConnectRaw(loop);
        ExpectRefusal(loop, 503, RawWebSocket.Upgrade());
        loop.Until(() => loop.Links.Count == 2);
        first.Dispose();
        loop.Until(() => loop.Transport.LinkCount == 1);
        ConnectRaw(loop);
    }

    [Test]
    public virtual async Task Beyond_the_rate_of_an_address_the_upgrade_is_refused()
    {
        await using var loop = await StartAsync(new NetworkingOptions { HandshakesPerAddressPerSecond = 1, TimeProvider = new Microsoft.Extensions.Time.Testing.FakeTimeProvider() });
        ConnectRaw(loop);
        ConnectRaw(loop);
        ExpectRefusal(loop, 503, RawWebSocket.Upgrade());
    }

    [TestCase(RawFrame.Ping)]
    [TestCase(RawFrame.Pong)]
    public virtual async Task A_flood_of_pings_or_pongs_is_closed_with_1008(int opcode)
    {
        await using var loop = await StartAsync(new NetworkingOptions { PingsPerSecond = 10 });
        var (client, server) = ConnectRawPair(loop);
        for (var i = 0; i < 400; i++) client.SendFrame(opcode, []);
        loop.Until(() => server.Link.End is not null);
        Assert.That((server.Link.End!.Code, server.Link.End.ByPeer), Is.EqualTo(((ushort)1008, false)));
        Assert.That(server.Link.ControlFramesReceived, Is.GreaterThanOrEqualTo(20));
    }

    private void ExpectRefusal(TransportLoop loop, int status, string request)
    {
        var client = Track(Open(loop));
        client.SendText(request);
        Assert.That(client.ReadToEnd(), Does.StartWith($"HTTP/1.1 {status} "));
        loop.Frame();
        Assert.That(loop.Refused, Is.EqualTo(status switch
        {
            403 => nameof(RefusedUpgrade.Origin),
            421 => nameof(RefusedUpgrade.Host),
            _ => nameof(RefusedUpgrade.Address),
        }));
    }
}
