using System.Net;
using Playground.Ecs.Networking.Sockets;

namespace Playground.Ecs.Networking.Tests.Sockets;

/// <summary>Hosts, origins and forwarded headers, as the rules judge them.</summary>
public sealed class OriginRulesTests
{
    private static readonly IPEndPoint Proxy = new(IPAddress.Parse("10.0.0.1"), 4_000);
    private static readonly IPEndPoint Stranger = new(IPAddress.Parse("203.0.113.9"), 4_000);

    [TestCase("localhost", 0)]
    [TestCase("LOCALHOST:8080", 0)]
    [TestCase("localhost.:8080", 0)]
    [TestCase("127.0.0.1", 0)]
    [TestCase("127.1.2.3:80", 0)]
    [TestCase("[::1]:8080", 0)]
    [TestCase("192.0.2.7:8080", 0)]
    [TestCase("192.0.2.8", 421)]
    [TestCase("evil.example", 421)]
    [TestCase("localhost.evil.example", 421)]
    [TestCase("evil.example:8080", 421)]
    [TestCase("127.0.0.1.evil.example", 421)]
    [TestCase("localhost@evil.example", 421)]
    [TestCase("localhost:99999", 421)]
    [TestCase("localhost:", 421)]
    [TestCase("[::1", 421)]
    [TestCase("", 421)]
    public void Hosts_are_ours_by_loopback_name_or_bound_address(string host, int status) =>
        Assert.That(Judge(new NetworkingOptions(), host, null, IPAddress.Parse("192.0.2.7")), Is.EqualTo(status));

    [TestCase("192.0.2.8", 0)]
    [TestCase("[2001:db8::1]:8080", 0)]
    [TestCase("evil.example", 421)]
    public void Bound_to_all_addresses_any_address_is_ours_and_no_name(string host, int status)
    {
        Assert.That(Judge(new NetworkingOptions(), host, null, IPAddress.Any), Is.EqualTo(status));
        Assert.That(Judge(new NetworkingOptions(), host, null, IPAddress.IPv6Any), Is.EqualTo(status));
    }

    [TestCase("game.example", 0)]
    [TestCase("GAME.example:8443", 0)]
    [TestCase("www.game.example", 421)]
    public void Listed_hosts_are_ours_whatever_the_port(string host, int status) =>
        Assert.That(Judge(new NetworkingOptions { AllowedHosts = ["other.example", "game.example"] }, host, null, IPAddress.Loopback), Is.EqualTo(status));

    [Test]
    public void A_star_allows_every_host_and_an_application_judges_its_own()
    {
        Assert.That(Judge(new NetworkingOptions { AllowedHosts = ["*"] }, "any.example", null, IPAddress.Loopback), Is.Zero);
        Assert.That(Judge(new NetworkingOptions(), "any.example", null, bound: null), Is.Zero);
        Assert.That(Judge(new NetworkingOptions { AllowedHosts = ["game.example"] }, "any.example", null, bound: null), Is.EqualTo(421));
    }

    [TestCase(null, 0)]
    [TestCase("http://localhost:8080", 0)]
    [TestCase("HTTP://LocalHost:8080", 0)]
    [TestCase("https://localhost:8080", 403)]
    [TestCase("http://localhost", 403)]
    [TestCase("http://localhost:8081", 403)]
    [TestCase("http://evil.example", 403)]
    [TestCase("http://evil.example:8080", 403)]
    [TestCase("http://localhost:8080.evil.example", 403)]
    [TestCase("http://localhost:8080/", 403)]
    [TestCase("null", 403)]
    [TestCase("", 403)]
    [TestCase("garbage", 403)]
    public void A_page_may_connect_to_its_own_server(string? origin, int status) =>
        Assert.That(Judge(new NetworkingOptions(), "localhost:8080", origin, IPAddress.Loopback), Is.EqualTo(status));

    [TestCase("localhost", "http://localhost:80", false)]
    [TestCase("localhost:443", "https://localhost", true)]
    [TestCase("[::1]", "http://[0:0::1]", false)]
    public void The_schemes_own_port_may_be_named_or_not(string host, string origin, bool isTls) =>
        Assert.That(Judge(new NetworkingOptions(), host, origin, IPAddress.Loopback, isTls), Is.Zero);

    [TestCase("https://game.example", 0)]
    [TestCase("https://game.example:443", 0)]
    [TestCase("http://game.example", 403)]
    [TestCase("https://game.example.evil.example", 403)]
    [TestCase("null", 403)]
    public void Listed_origins_may_connect(string origin, int status) =>
        Assert.That(Judge(new NetworkingOptions { AllowedOrigins = ["https://game.example"] }, "localhost", origin, IPAddress.Loopback), Is.EqualTo(status));

    [Test]
    public void A_star_allows_every_origin_and_null_only_itself()
    {
        Assert.That(Judge(new NetworkingOptions { AllowedOrigins = ["*"] }, "localhost", "https://any.example", IPAddress.Loopback), Is.Zero);
        Assert.That(Judge(new NetworkingOptions { AllowedOrigins = ["null"] }, "localhost", "null", IPAddress.Loopback), Is.Zero);
        Assert.That(Judge(new NetworkingOptions { AllowedOrigins = ["null"] }, "localhost", "https://any.example", IPAddress.Loopback), Is.EqualTo(403));
    }

    [Test]
    public void An_Origin_can_be_required()
    {
        var options = new NetworkingOptions { RequireOrigin = true };
        Assert.That(Judge(options, "localhost", null, IPAddress.Loopback), Is.EqualTo(403));
        Assert.That(Judge(options, "localhost", "http://localhost", IPAddress.Loopback), Is.Zero);
    }

    [Test]
    public void Forwarded_headers_of_strangers_mean_nothing()
    {
        var connection = new RequestSource(Stranger, false, "localhost");
        Assert.That(Resolve(connection, "198.51.100.1", "https", "game.example"), Is.EqualTo(connection));
        Assert.That(Resolve(connection, "198.51.100.1", "https", "game.example", trusted: []), Is.EqualTo(connection));
    }

    [Test]
    public void A_trusted_proxy_says_who_asks_and_what_for() => Assert.That(
        Resolve(new RequestSource(Proxy, false, "10.0.0.2"), "198.51.100.1", "https", "game.example"),
        Is.EqualTo(new RequestSource(new IPEndPoint(IPAddress.Parse("198.51.100.1"), 0), true, "game.example")));

    [Test]
    public void Of_a_chain_of_proxies_the_last_client_that_is_none_counts_and_not_what_it_wrote_itself()
    {
        var source = Resolve(new RequestSource(Proxy, false, "inner"), "127.0.0.1, 198.51.100.1:99, 10.0.0.7", "http, https, http", "lie.example, game.example, inner");
        Assert.That(source, Is.EqualTo(new RequestSource(new IPEndPoint(IPAddress.Parse("198.51.100.1"), 99), true, "game.example")));
    }

    [TestCase("unknown")]
    [TestCase("_hidden")]
    [TestCase("1.2.3.4.5")]
    [TestCase("")]
    public void A_client_that_the_proxy_does_not_name_is_the_proxy(string forwarded) =>
        Assert.That(Resolve(new RequestSource(Proxy, false, "h"), forwarded, null, null).Remote, Is.EqualTo(Proxy));

    [TestCase("2001:db8::5", "2001:db8::5")]
    [TestCase("[2001:db8::5]:7", "2001:db8::5")]
    [TestCase("::ffff:198.51.100.1", "::ffff:198.51.100.1")]
    public void Addresses_of_version_6_come_with_and_without_brackets(string forwarded, string address) =>
        Assert.That(Resolve(new RequestSource(Proxy, false, "h"), forwarded, null, null).Remote!.Address, Is.EqualTo(IPAddress.Parse(address)));

    [Test]
    public void A_proxy_may_be_seen_as_a_mapped_address()
    {
        var mapped = new IPEndPoint(IPAddress.Parse("::ffff:10.0.0.1"), 1);
        Assert.That(Resolve(new RequestSource(mapped, false, "h"), "198.51.100.1", null, null).Remote!.Address, Is.EqualTo(IPAddress.Parse("198.51.100.1")));
    }

    private static int Judge(NetworkingOptions options, string host, string? origin, IPAddress? bound, bool isTls = false) =>
        new OriginRules(options, bound).Judge(new RequestSource(Stranger, isTls, host), origin)?.Status ?? 0;

    private static RequestSource Resolve(in RequestSource connection, string? address, string? proto, string? host, string[]? trusted = null)
    {
        var options = new NetworkingOptions { TrustedProxies = [.. (trusted ?? ["10.0.0.0/8"]).Select(IPNetwork.Parse)] };
        return new OriginRules(options, IPAddress.Loopback).Resolve(connection, name => name switch
        {
            "X-Forwarded-For" => address,
            "X-Forwarded-Proto" => proto,
            "X-Forwarded-Host" => host,
            _ => null,
        });
    }
}
