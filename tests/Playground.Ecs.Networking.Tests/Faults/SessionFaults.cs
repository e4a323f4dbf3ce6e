using Playground.Ecs.Networking.Components;
using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Sessions;
using Playground.Ecs.Networking.Testing.Frames;
using Playground.Ecs.Networking.Testing.Proxies;
using ClientState = Playground.Ecs.Networking.Client.ClientState;

namespace Playground.Ecs.Networking.Tests.Faults;

/// <summary>Rows 33-35, 37 and 38: sessions that are guessed, stolen, lost, or do not acknowledge.</summary>
public sealed class SessionFaults
{
    private static readonly NetworkingOptions Lasting = FaultServer.Defaults with { ResumeWindow = TimeSpan.FromSeconds(30) };

    [Test]
    public async Task Row_33_a_guessed_resume_token_gets_a_new_session_and_after_five_a_minute_4002()
    {
        await using var server = await FaultServer.StartAsync();
        var random = new Random(33);
        for (var guess = 1; guess <= 5; guess++)
        {
            var attacker = server.Connect();
            var token = new byte[32];
            random.NextBytes(token);
            Assert.That(((await attacker.HelloAsync(resumeToken: token)).Resumed, attacker.CloseCode), Is.EqualTo((false, 0)), $"guess {guess}");
        }

        var last = server.Connect();
        await last.HelloAsync(resumeToken: new byte[32]);
        Assert.That(await last.ClosedAsync(), Is.EqualTo((int)CloseCode.RateLimited));
        Assert.That(server.Meter.Read("playground.sessions.resume.refused"), Is.GreaterThanOrEqualTo(5));
        await server.ExpectEndedAsync(DisconnectReason.RateLimited);
        await server.ExpectUnharmedAsync(6);
    }

    [Test]
    public async Task Row_34_a_replayed_resume_token_gets_a_new_session_and_its_owner_stays()
    {
        await using var server = await FaultServer.StartAsync(Lasting);
        var owner = server.Connect();
        var first = (await owner.HelloAsync()).ResumeToken.ToArray();
        owner.Socket.Reset();
        await server.ExpectEndedAsync(DisconnectReason.LinkLost);
        owner = server.Connect();
        Assert.That((await owner.HelloAsync(resumeToken: first)).Resumed);
        owner.Send(TestPeer.Packet(server.Echo.Id, 1, []));
        await owner.PacketAsync(server.Echo.Id);

        var thief = server.Connect();
        var welcome = await thief.HelloAsync("thief", first);
        Assert.That((welcome.Resumed, welcome.PeerId == owner.Welcome.PeerId), Is.EqualTo((false, false)));
        Assert.That(server.Meter.Read("playground.sessions.resume.refused"), Is.EqualTo(1));
        owner.Send(TestPeer.Packet(server.Echo.Id, 2, []));
        await owner.UntilAsync(() => owner.Packets.Exists(static p => p.Type == 2));
        foreach (var peer in new[] { owner, thief }) peer.Send(new Goodbye(ErrorCode.None, "", 0));
        await server.ExpectUnharmedAsync(2);
    }

    [Test]
    public async Task Row_34_of_many_resumes_at_once_one_link_owns_the_session_at_every_moment()
    {
        await using var server = await FaultServer.StartAsync(Lasting);
        var first = server.Connect();
        var welcome = await first.HelloAsync();
        var entity = await server.DoAsync(() => EntityOf(server, welcome.PeerId));
        var mostOwners = 0;
        await server.DoAsync(() => server.OnFrame = () => mostOwners = Math.Max(mostOwners, Count(server, welcome.PeerId)));
        var rivals = Enumerable.Range(0, 8).Select(_ => server.Connect()).ToList();
        var hello = new Hello(ProtocolLimits.Version, "attacker", FaultServer.TokenOf("attacker"), welcome.ResumeToken.ToArray(), 0);
        Parallel.ForEach(rivals, rival => rival.Send(hello));
        var all = rivals.Append(first).ToList();
        await server.UntilAsync(() =>
        {
            all.ForEach(static peer => peer.Pump());
            return all.Count(static peer => peer.CloseCode == (int)CloseCode.Replaced) == 8;
        });
        var owner = all.Single(static peer => peer.CloseCode == 0);
        Assert.That((owner.Welcome.Resumed, owner.Welcome.PeerId, mostOwners), Is.EqualTo((true, welcome.PeerId, 1)));
        Assert.That(await server.DoAsync(() => server.World.Get<ConnectionComponent>(entity).Connected));
        await server.ExpectEndedAsync(DisconnectReason.Replaced, 8);
        owner.Send(new Goodbye(ErrorCode.None, "", 0));
        await server.ExpectUnharmedAsync(9);
    }

    [Test]
    public async Task Row_35_a_resume_after_the_window_or_a_restart_is_a_new_session_and_the_application_is_told()
    {
        byte[] foreignToken;
        await using (var before = await FaultServer.StartAsync(Lasting))
        {
            var peer = before.Connect();
            foreignToken = (await peer.HelloAsync()).ResumeToken.ToArray();
        }

        await using var server = await FaultServer.StartAsync();
        var survivor = server.Connect();
        Assert.That((await survivor.HelloAsync(resumeToken: foreignToken)).Resumed, Is.False);
        survivor.Send(new Goodbye(ErrorCode.None, "", 0));

        await using var proxy = FaultProxy.Start(server.EndPoint);
        await using var client = Bystander.Client(proxy.EndPoint, "late riser");
        var lost = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        client.StateChanged += state =>
        {
            if (state is ClientState.SessionLost) lost.TrySetResult();
        };
        (await client.ConnectAsync()).Unwrap();
        proxy.Refuse(true);
        proxy.Cut();
        await server.UntilAsync(() => server.Meter.Read("playground.sessions.expired") == 1);
        proxy.Refuse(false);
        await lost.Task.WaitAsync(FaultServer.Patience);
        await client.CloseAsync();
        await server.ExpectUnharmedAsync(2);
        Assert.That(server.Meter.Read("playground.sessions.resume.refused"), Is.EqualTo(2));
    }

    [TestCase(65_530)]
    [TestCase(32_760)]
    [TestCase(0)]
    public async Task Row_37_over_a_storm_of_reconnects_with_data_waiting_all_arrives_once_and_in_order(int last)
    {
        await using var harness = await FaultHarness.StartAsync(new NetworkingOptions { InitialSequence = new Sequence((ushort)last) });
        var peer = harness.Session();
        var entity = peer.Entity();
        var (up, down) = (0, 0);
        for (var round = 0; round < 30; round++)
        {
            for (var i = 0; i < 5; i++)
            {
                peer.Send(harness.Sink.Id, (ushort)up++, []);
                harness.Sink.SendReliableTo(entity, (ushort)down++, []).Unwrap();
            }

            if (round % 3 == 0) harness.Step();
            peer.Cut();
            harness.Step(round % 4);
            Assert.That(peer.Resume().Resumed);
            if (round % 2 == 0) peer.Link.SendBatch([.. Repeated(peer, harness.Sink.Id)]);
        }

        for (var i = 0; i < 5; i++)
        {
            harness.Step();
            peer.Take();
        }

        Assert.That(harness.Sink.Receive().ToArray().Select(static p => (int)p.PacketType), Is.EqualTo(Enumerable.Range(0, up)));
        Assert.That(peer.TakeOf(harness.Sink.Id).Select(static p => (int)p.Type), Is.EqualTo(Enumerable.Range(0, down)));
        Assert.That(harness.Meter.Read("playground.sessions.resumed"), Is.EqualTo(30));
        Assert.That(harness.Meter.Read("playground.packets.duplicate"), Is.Positive);
        Assert.That(harness.Meter.Read("playground.packets.replayed"), Is.Positive);
        harness.ExpectUnharmed();
    }

    [Test]
    public async Task Row_38_a_full_reliable_window_queues_then_refuses_at_the_call_and_without_an_Ack_gets_4000()
    {
        await using var harness = await FaultHarness.StartAsync(
            new NetworkingOptions { MaxPacketBytes = 20_000, SendQueueBytes = 40_000, ReliableWindowBytes = 64 * 1024 });
        var peer = harness.Session();
        peer.Acknowledges = false;
        var entity = peer.Entity();
        var sent = 0;
        NetworkResult result;
        while ((result = harness.Sink.SendReliableTo(entity, (ushort)sent, new byte[10_000])).IsOk)
        {
            sent++;
            harness.Step();
        }

        Assert.That(result.Error, Is.InstanceOf<NetworkError.LimitExceeded>());
        Assert.That(sent, Is.InRange(7, 12), "a window and a queue");
        harness.Sink.SendTo(entity, 5_000, new byte[100], Priority.High).Unwrap();
        harness.Step(2);
        peer.Take();
        Assert.That(peer.Packets[^1].Type, Is.EqualTo(5_000), "unreliable packets pass");

        harness.StepFor(TimeSpan.FromSeconds(5.2));
        Assert.That((peer.Code, peer.Link.Goodbyes.Single().Error), Is.EqualTo((CloseCode.HeartbeatTimeout, ErrorCode.Timeout)));
        Assert.That(harness.Ended(DisconnectReason.AckTimeout), Is.EqualTo(1));
        peer.Acknowledges = true;
        Assert.That(peer.Resume().Resumed);
        for (var i = 0; i < 20; i++)
        {
            harness.Step();
            peer.Take();
        }

        Assert.That(peer.TakeOf(harness.Sink.Id).Where(static p => p.IsReliable).Select(static p => (int)p.Type), Is.EqualTo(Enumerable.Range(0, sent)));
        harness.ExpectUnharmed();
    }

    // What was sent on the link before once more, as by a peer that has lost count: the server has it.
    private static IEnumerable<byte[]> Repeated(SessionPeer peer, ChannelId channel)
    {
        var packet = TestPeer.Packet(channel, 9_999, [], flags: PacketFlags.Reliable);
        BitConverter.TryWriteBytes(packet.AsSpan(6), (ushort)(peer.Sent - peer.UnacknowledgedCount));
        yield return packet;
    }

    private static int Count(FaultServer server, string peerId) =>
        server.System.QueryConnectionsAsync().AsTask().Result.Unwrap().Count(c => c.PeerId == peerId);

    private static Entity EntityOf(FaultServer server, string peerId) =>
        server.System.QueryConnectionsAsync().AsTask().Result.Unwrap().Single(c => c.PeerId == peerId).Entity;
}
