using Microsoft.Extensions.Logging.Abstractions;

namespace Playground.Demo.Tests;

/// <summary>Who may watch the demo's network.</summary>
public sealed class InspectorDemoTests
{
    [TestCase(true, null, true, false)]
    [TestCase(true, "token", true, true)]
    [TestCase(false, null, false, false)]
    [TestCase(false, "token", false, false)]
    public async Task Whoever_is_on_this_machine_or_says_the_token(bool inspector, string? token, bool isThere, bool allowsRemote)
    {
        var demo = new DemoOptions { Inspector = inspector, AuthToken = token };
        var options = DemoNetworking.Options(demo, null, NullLoggerFactory.Instance, static _ => { });
        Assert.That(options.Inspector is not null, Is.EqualTo(isThere));
        Assert.That(options.Inspector?.AllowRemote ?? false, Is.EqualTo(allowsRemote));
        await using var host = await RunningDemo.StartAsync(demo with { Bots = 0 });
        Assert.That((await host.Networking.FindChannelAsync("inspector")).IsOk, Is.EqualTo(isThere));
    }

    [Test]
    public async Task Its_page_is_named_where_there_are_pages_and_not_served_where_it_is_off()
    {
        using var http = new HttpClient();
        await using var on = await RunningDemo.StartAsync(new DemoOptions { Bots = 0 });
        using var home = await http.GetAsync(new Uri($"http://{on.EndPoint}/arena"));
        Assert.That(on.Describe().Contains($"inspector  http://{on.EndPoint}/inspector", StringComparison.Ordinal), Is.EqualTo(home.IsSuccessStatusCode));
        await using var off = await RunningDemo.StartAsync(new DemoOptions { Bots = 0, Inspector = false });
        using var page = await http.GetAsync(new Uri($"http://{off.EndPoint}/inspector"));
        Assert.That(page.StatusCode, Is.EqualTo(System.Net.HttpStatusCode.NotFound));
        Assert.That(off.Describe(), Does.Not.Contain("inspector"));
    }
}
