using System.Net;
using System.Net.Sockets;
using System.Text;
using Playground.Ecs.Networking.Client;
using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Sessions;
using Playground.Ecs.Networking.Testing.Frames;
using Playground.Ecs.Networking.Testing.Links;

namespace Playground.Ecs.Networking.Tests.Faults;

/// <summary>Rows 54 and 55: what must not be told, and what is allowed no longer.</summary>
public sealed class SecrecyFaults
{
    private const string Secret = "s3cret-of-a-query";

    [Test]
    public async Task Row_54_tokens_are_in_no_line_of_any_log()
    {
        await using var server = await FaultServer.StartAsync(FaultServer.Defaults with { Authenticate = FaultServer.AuthenticateAsync });
        var peer = server.Connect();
        var resumeToken = (await peer.HelloAsync()).ResumeToken.ToArray();
        var liar = server.Connect();
        liar.Send(new Hello(ProtocolLimits.Version, "liar", FaultServer.TokenOf("somebody else"), resumeToken, 0));
        Assert.That(await liar.ClosedAsync(), Is.EqualTo((int)CloseCode.Unauthorized));
        foreach (var request in new[] { RawWebSocket.Upgrade($"/ws?token={Secret}"), $"GET /page?token={Secret} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", $"GET /ws?token={Secret} HTTP/1.1\r\n\r\n", $"GARBAGE {Secret}\r\n\r\n" })
        {
            var socket = server.Open();
            socket.SendText(request);
            socket.ReadHead();
            socket.Dispose();
        }

        await server.ExpectEndedAsync(DisconnectReason.Unauthorized);
        await server.ExpectUnharmedAsync(3);
        Assert.That(server.Log.Lines, Is.Not.Empty);
        string[] secrets = ["token of", Secret, Convert.ToHexString(resumeToken[^16..]), Convert.ToBase64String(resumeToken)];
        Assert.That(
            server.Log.Lines.Select(static l => $"{l.Text} {l.Exception}").Where(line => secrets.Any(secret => line.Contains(secret, StringComparison.OrdinalIgnoreCase))),
            Is.Empty);
    }

    [Test]
    public async Task Row_54_our_client_writes_no_token_into_a_URL_or_header()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        await using var client = new NetworkClient(new ClientOptions { Uri = new Uri($"ws://{listener.LocalEndpoint}/ws"), AuthToken = Secret });
        var connecting = client.ConnectAsync().AsTask();
        using (var connection = await listener.AcceptTcpClientAsync().WaitAsync(FaultServer.Patience))
        {
            var request = new byte[8_192];
            var length = 0;
            while (!Encoding.ASCII.GetString(request, 0, length).EndsWith("\r\n\r\n", StringComparison.Ordinal))
            {
                length += await connection.GetStream().ReadAsync(request.AsMemory(length)).AsTask().WaitAsync(FaultServer.Patience);
            }

            Assert.That(Encoding.ASCII.GetString(request, 0, length), Does.StartWith("GET /ws HTTP/1.1").And.Not.Contain(Secret));
        }

        await client.CloseAsync();
        await connecting.WaitAsync(FaultServer.Patience);
    }

    [Test]
    public async Task Row_55_a_permission_that_is_revoked_is_refused_from_the_next_packet_on()
    {
        var isAllowed = true;
        await using var server = await FaultServer.StartAsync(
            FaultServer.Defaults with { Authorize = (in request) => request.Name != "sink" || Volatile.Read(ref isAllowed) });
        var peer = server.Connect();
        await peer.HelloAsync();
        peer.Send(new Subscribe(1, server.Sink.Id));
        await server.UntilAsync(() => server.Sink.SubscriberCount == 1);
        peer.Send(TestPeer.Packet(server.Sink.Id, 1, []));
        await server.UntilAsync(() => server.Sink.WaitingCount == 1);

        Volatile.Write(ref isAllowed, false);
        peer.Send(TestPeer.Packet(server.Sink.Id, 2, []));
        await peer.UntilAsync(() => peer.Errors.Contains(ErrorCode.Forbidden));
        Assert.That(await server.DoAsync(() => server.Sink.Receive().ToArray().Select(static p => (int)p.PacketType).ToArray()), Is.EqualTo(new[] { 1 }));
        (await server.System.ReviewPermissionsAsync()).Unwrap();
        await server.UntilAsync(() => server.Sink.SubscriberCount == 0);
        await peer.UntilAsync(() => peer.Errors.Count(static e => e == ErrorCode.Forbidden) == 2);
        Assert.That(server.Meter.Read("playground.packets.refused", nameof(ErrorCode.Forbidden)), Is.EqualTo(2));
        Assert.That(peer.CloseCode, Is.Zero);
        await server.ExpectUnharmedAsync();
    }
}
