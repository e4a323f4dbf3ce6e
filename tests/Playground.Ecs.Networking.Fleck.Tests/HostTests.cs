using System.Net;
using Fleck;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Playground.Ecs.Networking.Links;
using Playground.Ecs.Networking.Testing.Links;
using Playground.Ecs.Networking.Tests.Frames;
using LogLevel = Microsoft.Extensions.Logging.LogLevel;

namespace Playground.Ecs.Networking.Fleck.Tests;

/// <summary>What lies around Fleck: pages on its port, its log, and what it does not serve.</summary>
[TestFixture]
public sealed class HostTests : FleckFixture
{
    private readonly LogLines _log = new();

    protected override NetworkingOptions Options => new()
    {
        LoggerFactory = _log,
        ConfigureHttp = app => app.MapGet("/page", context => context.Response.WriteAsync("a page")),
    };

    [Test]
    public async Task Pages_and_health_are_on_the_same_port()
    {
        using var http = new HttpClient { BaseAddress = new Uri($"http://{Loop.EndPoint}") };
        ConnectPair();
        Assert.That(await http.GetStringAsync(new Uri("/page", UriKind.Relative)), Is.EqualTo("a page"));
        Assert.That(await http.GetStringAsync(new Uri("/healthz", UriKind.Relative)), Is.EqualTo("{\"status\":\"ok\",\"links\":1,\"linksMax\":10000}"));
        using var missing = await http.GetAsync(new Uri("/other", UriKind.Relative));
        Assert.That(missing.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
    }

    [Test]
    public void What_Fleck_says_goes_to_the_systems_log()
    {
        FleckLog.Warn("a warning", new InvalidOperationException("why"));
        Assert.That(_log.Lines, Has.Some.Matches<(LogLevel Level, int Id, string Text, Exception? Exception)>(
            line => line is { Level: LogLevel.Warning, Text: "Fleck: a warning", Exception.Message: "why" }));
    }

    [Test]
    public async Task Hundreds_of_connections_log_no_warning()
    {
        for (var i = 0; i < 100; i++)
        {
            var (client, _) = ConnectPair();
            if (i % 2 == 0) client.Reset();
        }

        await Loop.DisposeAsync();
        Assert.That(_log.Lines.Where(line => line.Level >= LogLevel.Warning), Is.Empty);
    }

    [Test]
    public void An_upgrade_on_a_connection_that_carried_a_page_is_told_to_open_a_new_one()
    {
        var client = Open();
        client.SendText("GET /page HTTP/1.1\r\nHost: h\r\n\r\n");
        Assert.That(client.ReadHead(), Does.StartWith("HTTP/1.1 200 "));
        client.SendText(RawWebSocket.Upgrade());
        Assert.That(client.ReadToEnd(), Does.Contain("HTTP/1.1 426 ").And.Contain("open a new connection"));
        Assert.That(Loop.Transport.LinkCount, Is.Zero);
    }

    [TestCase("EchoPath")]
    [TestCase("Listens")]
    [TestCase("Certificate")]
    public async Task What_it_cannot_serve_is_refused_at_the_start(string option)
    {
        var options = new NetworkingOptions
        {
            Port = 0,
            EchoPath = option == "EchoPath" ? "/echo" : null,
            Listens = option != "Listens",
            Certificate = option == "Certificate" ? TestCertificate.Localhost : null,
        };
        await using var transport = new FleckTransport();
        var result = await transport.StartAsync(
            new TransportStart(options, new BufferPool(0), TimeProvider.System, options.LoggerFactory), CancellationToken.None);
        Assert.That(result.Error, Is.InstanceOf<NetworkError.InvalidArgument>());
        Assert.That(result.Error!.Message, Does.Contain("FleckTransport").And.Contain(option));
        Assert.That(transport.LocalEndPoint, Is.Null);
    }
}
