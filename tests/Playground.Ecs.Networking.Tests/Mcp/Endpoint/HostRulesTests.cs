using System.Net;
using Microsoft.AspNetCore.Http;
using Playground.Ecs.Networking.Mcp.Endpoint;

namespace Playground.Ecs.Networking.Tests.Mcp.Endpoint;

/// <summary>Who may send what to which host.</summary>
[TestFixture]
public sealed class HostRulesTests
{
    private static readonly HostRules Rules = new(allowRemote: false, ["game.example"], ["https://tools.example", "http://localhost:3000/"]);

    [TestCase("127.0.0.1", true)]
    [TestCase("127.9.9.9", true)]
    [TestCase("::1", true)]
    [TestCase("::ffff:127.0.0.1", true)]
    [TestCase("192.168.1.5", false)]
    [TestCase("::ffff:192.168.1.5", false)]
    [TestCase("2001:db8::1", false)]
    public void Only_this_machine_is_welcome(string remote, bool isAllowed)
    {
        Assert.That(Rules.IsRemoteAllowed(IPAddress.Parse(remote)), Is.EqualTo(isAllowed));
        Assert.That(new HostRules(allowRemote: true, [], []).IsRemoteAllowed(IPAddress.Parse(remote)), Is.True);
    }

    [TestCase("localhost", true)]
    [TestCase("LOCALHOST:8080", true)]
    [TestCase("127.0.0.1:1", true)]
    [TestCase("[::1]:8080", true)]
    [TestCase("game.example:8080", true)]
    [TestCase("", false)]
    [TestCase("evil.example.com", false)]
    [TestCase("localhost.evil.example.com", false)]
    [TestCase("localhost.", false)]
    [TestCase("127.0.0.1.evil.example.com", false)]
    [TestCase("0.0.0.0:8080", false)]
    public void A_request_is_addressed_to_this_server(string host, bool isAllowed) =>
        Assert.That(Rules.IsHostAllowed(new HostString(host)), Is.EqualTo(isAllowed));

    [TestCase("", "localhost:8080", true)]
    [TestCase("http://localhost:8080", "localhost:8080", true)]
    [TestCase("http://LOCALHOST:8080", "localhost:8080", true)]
    [TestCase("http://127.0.0.1:8080", "localhost:8080", true)]
    [TestCase("http://[::1]:8080", "127.0.0.1:8080", true)]
    [TestCase("http://localhost", "localhost:80", true)]
    [TestCase("https://tools.example", "localhost:8080", true)]
    [TestCase("HTTPS://Tools.Example", "localhost:8080", true)]
    [TestCase("http://localhost:3000", "localhost:8080", true)]
    [TestCase("http://game.example:8080", "game.example:8080", true)]
    [TestCase("http://tools.example", "localhost:8080", false)]
    [TestCase("https://tools.example.evil.com", "localhost:8080", false)]
    [TestCase("http://localhost:8081", "localhost:8080", false)]
    [TestCase("https://localhost:8080", "localhost:8080", false)]
    [TestCase("http://evil.example.com:8080", "localhost:8080", false)]
    [TestCase("http://localhost:8080", "game.example:8080", false)]
    [TestCase("null", "localhost:8080", false)]
    [TestCase("http://localhost:8080/page", "localhost:8080", false)]
    [TestCase("http://a@localhost:8080", "localhost:8080", false)]
    [TestCase("nonsense", "localhost:8080", false)]
    public void A_page_of_this_port_or_a_named_one_may_call(string origin, string host, bool isAllowed) =>
        Assert.That(Rules.IsOriginAllowed(origin, "http", new HostString(host)), Is.EqualTo(isAllowed));

    [TestCase("http://localhost:8080", "localhost:8080", false)]
    [TestCase("http://127.0.0.1:8080", "localhost:8080", true)]
    [TestCase("https://tools.example", "localhost:8080", true)]
    public void A_browser_knows_another_origin(string origin, string host, bool isCrossOrigin) =>
        Assert.That(HostRules.IsCrossOrigin(origin, "http", new HostString(host)), Is.EqualTo(isCrossOrigin));
}
