using Playground.Ecs.Networking.Kestrel;
using Playground.Ecs.Networking.Testing.Links;

namespace Playground.Ecs.Networking.Tests.Kestrel;

/// <summary>Connections to Kestrel's own port that say nothing.</summary>
[TestFixture(false)]
[TestFixture(true)]
public sealed class SilentConnectionTests(bool tls)
{
    private NetworkingOptions Options => new()
    {
        HandshakeTimeout = TimeSpan.FromSeconds(60),
        Certificate = tls ? TestCertificate.Localhost : null,
    };

    [Test]
    public async Task They_do_not_keep_others_out()
    {
        await using var loop = await TransportLoop.StartAsync(new KestrelTransport(), Options with { HandshakesMax = 4 });
        var silent = Enumerable.Range(0, 4).Select(_ => RawWebSocket.Open(loop.EndPoint)).ToList();

        // Nobody is pushed out within its first second, so that newcomers are refused until then.
        Assert.That(SpinWait.SpinUntil(() => TryAsk(loop), RawWebSocket.Patience), Is.True);
        silent.ForEach(socket => socket.Dispose());
    }

    [Test]
    public async Task One_address_has_a_part_of_the_places()
    {
        await using var loop = await TransportLoop.StartAsync(new KestrelTransport(), Options with { HandshakesPerAddressMax = 2 });
        var silent = Enumerable.Range(0, 2).Select(_ => RawWebSocket.Open(loop.EndPoint)).ToList();
        Assert.That(SpinWait.SpinUntil(() => !TryAsk(loop), RawWebSocket.Patience), Is.True, "once both are known to the server");
        silent.ForEach(socket => socket.Dispose());
        Assert.That(SpinWait.SpinUntil(() => TryAsk(loop), RawWebSocket.Patience), Is.True);
    }

    private bool TryAsk(TransportLoop loop)
    {
        using var client = RawWebSocket.Open(loop.EndPoint);
        try
        {
            // Plain text on a TLS port is answered too, by whoever gets so far.
            client.SendText("GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
            return client.ReadToEnd().StartsWith(tls ? "HTTP/1.1 400 " : "HTTP/1.1 200 ", StringComparison.Ordinal);
        }
        catch (System.Net.Sockets.SocketException)
        {
            return false;
        }
    }
}
