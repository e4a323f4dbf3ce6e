using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Playground.Ecs.Networking.Testing.Links;
using Playground.Ecs.Networking.Tests.Sockets;

namespace Playground.Ecs.Networking.Tests.Kestrel;

/// <summary>HTTP on the WebSocket's port.</summary>
[TestFixture]
public sealed class HttpHostTests : SocketFixture
{
    private HttpClient _http = null!;

    protected override NetworkingOptions Options => new()
    {
        EchoPath = "/echo",
        HandshakeTimeout = TimeSpan.FromSeconds(1),
        ConfigureHttp = app =>
        {
            app.MapGet("/page", context => context.Response.WriteAsync("a page"));
            app.MapPost("/length", async context =>
            {
                var body = new MemoryStream();
                await context.Request.Body.CopyToAsync(body);
                await context.Response.WriteAsync($"{body.Length}");
            });
        },
    };

    [SetUp]
    public void Connect() => _http = new HttpClient { BaseAddress = new Uri($"http://{Loop.EndPoint}") };

    [TearDown]
    public void Disconnect() => _http.Dispose();

    [Test]
    public async Task Health_says_ok_and_counts_links()
    {
        using var client = RawWebSocket.Connect(Loop.EndPoint);
        using var answer = await _http.GetAsync(new Uri("/healthz", UriKind.Relative));
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(answer.Content.Headers.ContentType!.MediaType, Is.EqualTo("application/json"));
        Assert.That(await answer.Content.ReadAsStringAsync(), Is.EqualTo("{\"status\":\"ok\",\"links\":1,\"linksMax\":10000}"));
    }

    [Test]
    public async Task The_applications_pages_are_served_on_one_kept_connection()
    {
        for (var i = 0; i < 3; i++)
        {
            Assert.That(await _http.GetStringAsync(new Uri("/page", UriKind.Relative)), Is.EqualTo("a page"));
        }

        using var missing = await _http.GetAsync(new Uri("/wsx", UriKind.Relative));
        Assert.That(missing.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
    }

    [Test]
    public async Task A_large_post_arrives_whole()
    {
        using var body = new ByteArrayContent(new byte[200_000]);
        using var answer = await _http.PostAsync(new Uri("/length", UriKind.Relative), body);
        Assert.That(await answer.Content.ReadAsStringAsync(), Is.EqualTo("200000"));
    }

    [Test]
    public void A_request_may_come_byte_by_byte()
    {
        using var client = RawWebSocket.Open(Loop.EndPoint);
        foreach (var letter in "GET /page HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
        {
            client.SendText($"{letter}");
        }

        Assert.That(client.ReadToEnd(), Does.EndWith("a page").Or.Contain("a page"));
    }

    [Test]
    public void A_request_that_does_not_end_is_dropped()
    {
        using var client = RawWebSocket.Open(Loop.EndPoint);
        client.SendText("GET /page HTTP/1.1\r\nHost: h\r\n");
        Assert.That(client.ReadToEnd(), Does.StartWith("HTTP/1.1 408 ").Or.Empty);
    }

    [TestCase("\u0016\u0003\u0001 hello")]
    [TestCase("get /ws HTTP/1.1\r\n\r\n")]
    [TestCase("GARBAGE\r\n\r\n")]
    public void Garbage_is_the_http_servers_to_refuse(string bytes)
    {
        using var client = RawWebSocket.Open(Loop.EndPoint);
        client.SendText(bytes);
        Assert.That(client.ReadToEnd(), Does.StartWith("HTTP/1.1 400 ").Or.StartWith("HTTP/1.1 408 "));
    }

    [Test]
    public void A_request_line_without_an_end_is_refused()
    {
        using var client = RawWebSocket.Open(Loop.EndPoint);
        client.SendText("GET /" + new string('a', 9_000));
        Assert.That(client.ReadToEnd(), Does.StartWith("HTTP/1.1 4"));
    }

    [Test]
    public void An_echo_on_a_kept_alive_connection_is_like_any_other()
    {
        using var client = RawWebSocket.Open(Loop.EndPoint);
        client.SendText("GET /nothing HTTP/1.1\r\nHost: h\r\n\r\n");
        Assert.That(client.ReadHead(), Does.StartWith("HTTP/1.1 404 "));
        client.SendText(RawWebSocket.Upgrade("/echo", subprotocol: "any"));
        client.ReadUpgrade();
        client.SendFrame(RawFrame.Text, "hello"u8);
        Assert.That(ReadFrame(client).Payload, Is.EqualTo("hello"u8.ToArray()));
        client.SendClose(1000);
        Assert.That(ReadFrame(client).CloseCode, Is.EqualTo(1000));
        Assert.That(client.ReadToEnd(), Is.Empty);
        Assert.That(Loop.Transport.LinkCount, Is.Zero);
    }

    [Test]
    public void Many_pages_and_links_share_the_port()
    {
        Parallel.For(0, 40, i =>
        {
            if (i % 2 == 0)
            {
                Assert.That(_http.GetStringAsync(new Uri("/page", UriKind.Relative)).GetAwaiter().GetResult(), Is.EqualTo("a page"));
            }
            else
            {
                using var client = RawWebSocket.Connect(Loop.EndPoint);
            }
        });
        Loop.Until(() => Loop.Links.Count == 20 && Loop.Transport.LinkCount == 0);
    }
}
