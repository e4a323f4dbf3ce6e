using Microsoft.Extensions.Logging.Abstractions;
using Playground.Ecs.Networking.Fleck;
using Playground.Ecs.Networking.Links;

namespace Playground.Demo.Tests;

/// <summary>The demo over Fleck, besides what is tested over every transport.</summary>
[TestFixture]
public sealed class FleckDemoTests
{
    [Test]
    public async Task Pages_and_health_are_on_the_WebSockets_port()
    {
        ITransport? transport = null;
        var started = await DemoHost.StartAsync(
            new DemoOptions { Port = 0, Transport = "fleck" }, NullLoggerFactory.Instance, options => options with { Transport = transport = options.Transport });
        await using var demo = started.Unwrap();
        demo.Start();
        Assert.That(transport, Is.InstanceOf<FleckTransport>());
        Assert.That(demo.Describe(), Does.Contain("over fleck"));
        using var http = new HttpClient { BaseAddress = new Uri($"http://{demo.EndPoint}") };
        Assert.That(await http.GetStringAsync(new Uri("/", UriKind.Relative)), Does.Contain("<title>Playground arena</title>"));
        Assert.That(await http.GetStringAsync(new Uri(DemoNetworking.HealthPath, UriKind.Relative)), Does.Contain("\"status\":\"ok\""));
    }

    [Test]
    public async Task What_Fleck_does_not_serve_is_one_line()
    {
        var started = await DemoHost.StartAsync(new DemoOptions { Port = 0, Transport = "fleck", WsEcho = true }, NullLoggerFactory.Instance);
        Assert.That(started.Error!.Message, Does.Contain("EchoPath").And.Not.Contain("\n"));
    }
}
