using System.Net.WebSockets;
using Playground.Ecs.Networking.Kestrel;
using Playground.Ecs.Networking.Links;
using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Sessions;
using Playground.Ecs.Networking.Sockets;
using Playground.Ecs.Networking.Testing.Frames;
using Playground.Ecs.Networking.Testing.Links;
using Playground.Ecs.Networking.Tests.Frames;

namespace Playground.Ecs.Networking.Tests.Diagnostics;

/// <summary>What peers prove themselves with is in no log, at no level.</summary>
public sealed class SecretTests
{
    private const string Secret = "hunter2-and-more";

    [Test]
    public async Task Neither_tokens_of_Hellos_nor_resume_tokens_are_logged()
    {
        var log = new LogLines();
        await using var harness = await NetworkHarness.StartAsync(new NetworkingOptions
        {
            LoggerFactory = log,
            Authenticate = static (request, _) => request.ClientName switch
            {
                "bad" => new(AuthenticationResult.Refuse("no")),
                "broken" => throw new InvalidOperationException($"{request}"),
                _ => new(AuthenticationResult.Accept("alice")),
            },
        });
        var secrets = new List<string> { Secret };
        foreach (var name in new[] { "good", "bad", "broken" })
        {
            var peer = harness.Connect();
            peer.SendControl(new Hello(ProtocolLimits.Version, name, Secret, new byte[32], 0));
            PeerPacket? packet = null;
            harness.RunUntil(() => peer.End is not null || (packet = peer.Next()) is not null);
            if (packet is not null && Welcome.TryRead(packet.Data, out var welcome)) secrets.Add(Convert.ToHexString(welcome.ResumeToken.Span));
        }

        Assert.That(secrets, Has.Count.EqualTo(2), "one was let in");
        Assert.That(log.Lines, Is.Not.Empty);
        Assert.That(log.Lines.Where(l => secrets.Any(s => $"{l.Text}{l.Exception}".Contains(s, StringComparison.OrdinalIgnoreCase))), Is.Empty);
    }

    [Test]
    public async Task What_is_in_a_URL_is_not_logged_by_the_HTTP_server_either([Values] bool kestrel)
    {
        var log = new LogLines();
        await using ITransport transport = kestrel ? new KestrelTransport() : new SocketTransport();
        await using var loop = await TransportLoop.StartAsync(transport, new NetworkingOptions { LoggerFactory = log });
        using (var page = RawWebSocket.Open(loop.EndPoint))
        {
            page.SendText($"GET /page?token={Secret} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {Secret}\r\nConnection: close\r\n\r\n");
            Assert.That(page.ReadToEnd(), Does.StartWith("HTTP/1.1 404 "));
        }

        using (var bad = RawWebSocket.Open(loop.EndPoint))
        {
            bad.SendText($"GET /page?token={Secret} HTTP/3.1\r\n\r\n");
            Assert.That(bad.ReadToEnd(), Does.StartWith("HTTP/1.1 505 "));
        }

        using var client = new ClientWebSocket();
        await client.ConnectAsync(new Uri($"ws://{loop.EndPoint}/ws?token={Secret}"), CancellationToken.None);
        loop.AcceptOne();
        Assert.That(log.Lines, Is.Not.Empty);
        Assert.That(log.Lines.Where(l => $"{l.Text}{l.Exception}".Contains(Secret, StringComparison.Ordinal)).Select(l => l.Text), Is.Empty);
    }
}
