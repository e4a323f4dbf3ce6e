using CsCheck;
using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Sessions;
using Playground.Ecs.Networking.Testing.Frames;
using Playground.Ecs.Networking.Testing.Links;

namespace Playground.Ecs.Networking.Tests.Faults;

/// <summary>Rows 12-14, 19-21 and 36: packets, batches and control messages that cannot be, or may not.</summary>
public sealed class PacketFaults
{
    private const int PayloadLengthAt = 8;

    [Test]
    public async Task Row_12_a_cut_header_or_a_wrong_length_gets_4501_and_nothing_of_the_batch_is_delivered()
    {
        await using var server = await FaultServer.StartAsync();
        var valid = TestPeer.Packet(server.Sink.Id, 1, [1, 2, 3]);
        var batches = new List<byte[]>();
        for (var cut = 1; cut < PacketHeader.Size; cut++) batches.Add([.. valid, .. valid.AsSpan(0, cut)]);
        foreach (var length in new uint[] { 4, 0x7FFFFFFF, 0x80000000, uint.MaxValue }) batches.Add([.. valid, .. WithLength(valid, length)]);
        batches.Add([.. valid, 0]);
        batches.Add([.. valid, .. WithLength(valid, 2)]);
        await ExpectMalformedAsync(server, batches);
    }

    [Test]
    public async Task Row_12_a_batch_that_is_cut_anywhere_is_delivered_whole_packets_or_not_at_all()
    {
        await using var harness = await FaultHarness.StartAsync();
        var sink = harness.Sink;
        Gen.Int[0, 300].Array[1, 6].SelectMany(static sizes => Gen.Int[0, sizes.Sum(static s => s + PacketHeader.Size)].Select(cut => (sizes, cut))).Sample(
            sample =>
            {
                var batch = sample.sizes.SelectMany(size => TestPeer.Packet(sink.Id, 1, new byte[size])).Take(sample.cut).ToArray();
                var whole = Borders(sample.sizes).Count(border => border <= sample.cut);
                var isWhole = sample.cut == 0 || Borders(sample.sizes).Contains(sample.cut);
                var peer = harness.Connect();
                peer.SendRaw(batch);
                harness.Step();
                var delivered = sink.Receive().Length;
                var end = peer.End?.Code;
                peer.Client.Abort();
                harness.Step();
                return delivered == (isWhole ? whole : 0) && end == (isWhole ? null : (ushort)CloseCode.Malformed);
            },
            iter: 50,
            threads: 1);
        Assert.That(harness.Ended(DisconnectReason.Malformed), Is.Positive);
        harness.ExpectUnharmed();
    }

    [Test]
    public async Task Row_13_a_payload_without_bytes_is_served_and_an_empty_message_counted_and_ignored()
    {
        await using var server = await FaultServer.StartAsync();
        var peer = server.Connect();
        var batches = server.Meter.Read("playground.batches.received");
        peer.Socket.SendFrame(RawFrame.Binary, []);
        peer.Socket.SendFrame(RawFrame.Binary, [], final: false);
        peer.Socket.SendFrame(RawFrame.Continuation, []);
        peer.Send(TestPeer.Packet(server.Echo.Id, 9, []));
        Assert.That((await peer.PacketAsync(server.Echo.Id)).Data, Is.Empty);
        Assert.That(server.Meter.Read("playground.batches.received") - batches, Is.GreaterThanOrEqualTo(3));
        Assert.That(peer.CloseCode, Is.Zero);
        await server.ExpectUnharmedAsync();
    }

    [Test]
    public async Task Row_14_an_unknown_priority_or_flag_or_a_sequence_without_Reliable_gets_4501()
    {
        await using var server = await FaultServer.StartAsync();
        var valid = TestPeer.Packet(server.Sink.Id, 1, [1]);
        var batches = new List<byte[]>();
        foreach (byte priority in new[] { 4, 5, 127, 255 }) batches.Add([.. valid, .. With(valid, 4, priority)]);
        for (var bit = 2; bit < 8; bit++) batches.Add([.. valid, .. With(valid, 5, (byte)(1 << bit))]);
        batches.Add([.. valid, .. With(valid, 6, 1)]);
        batches.Add([.. valid, .. With(valid, 7, 1)]);
        await ExpectMalformedAsync(server, batches);
    }

    [TestCase(1_999)]
    [TestCase(2_500)]
    [TestCase(3_000)]
    [TestCase(65_535)]
    public async Task Row_19_an_unknown_or_reserved_channel_gets_ChannelNotFound_and_after_64_of_them_4504(int channel)
    {
        await using var server = await FaultServer.StartAsync();
        var attacker = server.Connect();
        for (var i = 0; i < 64; i++) attacker.Send(TestPeer.Packet((ushort)channel, 1, []));
        await attacker.UntilAsync(() => attacker.Errors.Count() == 64);
        Assert.That((attacker.Errors.Distinct().Single(), attacker.CloseCode), Is.EqualTo((ErrorCode.ChannelNotFound, 0)));
        attacker.Send(TestPeer.Packet((ushort)channel, 1, []));
        Assert.That(await attacker.ClosedAsync(), Is.EqualTo((int)CloseCode.PersistentRefusals));
        await server.ExpectEndedAsync(DisconnectReason.PersistentRefusals);
        Assert.That(server.Meter.Read("playground.packets.refused", nameof(ErrorCode.ChannelNotFound)), Is.EqualTo(65));
        await server.ExpectUnharmedAsync();
    }

    [TestCase(ControlType.Welcome)]
    [TestCase(ControlType.Reply)]
    [TestCase(ControlType.Error)]
    [TestCase(ControlType.Broadcast)]
    public Task Row_20_what_only_the_server_may_send_is_Forbidden_counted_logged_and_after_64_of_them_4504(ControlType type) =>
        ExpectForbiddenAsync(FaultServer.Defaults, _ => TestPeer.Packet(ChannelRanges.Control, (ushort)type, []));

    [Test]
    public Task Row_20_a_channel_without_permission_is_Forbidden_counted_logged_and_after_64_of_them_4504() =>
        ExpectForbiddenAsync(
            FaultServer.Defaults with { Authorize = static (in request) => request.Name != "sink" }, static server => TestPeer.Packet(server.Sink.Id, 1, []));

    [Test]
    public async Task Row_21_a_malformed_control_message_gets_4501_for_bounded_work([ValueSource(nameof(ReadTypes))] ControlType type)
    {
        await using var harness = await FaultHarness.StartAsync();
        foreach (var payload in MalformedPayloads(type))
        {
            var peer = harness.ConnectWithHello();
            peer.SendRaw(TestPeer.Packet(ChannelRanges.Control, (ushort)type, payload));
            var before = GC.GetAllocatedBytesForCurrentThread();
            harness.Network.RunFrame();
            Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(256 * 1024), Convert.ToHexString(payload));
            Assert.That(peer.End?.Code, Is.EqualTo((ushort)CloseCode.Malformed), Convert.ToHexString(payload));
        }

        Assert.That(harness.Ended(DisconnectReason.Malformed), Is.EqualTo(MalformedPayloads(type).Count()));
        harness.ExpectUnharmed();
    }

    [Test]
    public async Task Row_36_a_Hello_that_claims_what_was_never_sent_gets_4505()
    {
        await using var server = await FaultServer.StartAsync(FaultServer.Defaults with { ResumeWindow = TimeSpan.FromSeconds(2) });
        var attacker = server.Connect();
        var token = (await attacker.HelloAsync()).ResumeToken.ToArray();
        var second = server.Connect();
        await second.HelloAsync(resumeToken: token, lastReceived: 77);
        Assert.That(await second.ClosedAsync(), Is.EqualTo((int)CloseCode.SequenceViolation));
        await server.ExpectEndedAsync(DisconnectReason.SequenceViolation);
        await server.ExpectUnharmedAsync(2);
    }

    [Test]
    public async Task Row_36_an_Ack_of_what_was_never_sent_gets_4505_and_one_that_goes_back_is_counted()
    {
        await using var server = await FaultServer.StartAsync();
        var attacker = server.Connect();
        await attacker.HelloAsync();
        attacker.Send(Reliable(server.Echo.Id, 1), Reliable(server.Echo.Id, 2));
        await attacker.UntilAsync(() => attacker.Packets.Count(p => p.Channel == server.Echo.Id) == 2);
        attacker.Send(new Ack(2));
        attacker.Send(new Ack(1));
        await server.UntilAsync(() => server.Meter.Read("playground.acks.stale") == 1);
        Assert.That(attacker.CloseCode, Is.Zero);
        attacker.Send(new Ack(3));
        Assert.That(await attacker.ClosedAsync(), Is.EqualTo((int)CloseCode.SequenceViolation));
        await server.ExpectEndedAsync(DisconnectReason.SequenceViolation);
        await server.ExpectUnharmedAsync();
    }

    private static ControlType[] ReadTypes() =>
    [
        ControlType.Hello, ControlType.Ping, ControlType.Pong, ControlType.Subscribe, ControlType.Unsubscribe, ControlType.RegisterChannel,
        ControlType.UnregisterChannel, ControlType.QueryChannel, ControlType.ListChannels, ControlType.Ack, ControlType.Goodbye,
    ];

    private static IEnumerable<byte[]> MalformedPayloads(ControlType type)
    {
        yield return [];
        yield return [0xC1];
        yield return [0x90];
        yield return [0x80];
        yield return [0xDD, 0xFF, 0xFF, 0xFF, 0xFF];
        yield return [0xDC, 0xFF, 0xFF, 0x01];
        yield return [0xDF, 0xFF, 0xFF, 0xFF, 0xFF];
        yield return [0x99, .. Enumerable.Repeat((byte)0xC3, 9)];
        yield return [0x95, .. Enumerable.Repeat((byte)0xDB, 40)];
        yield return [.. Enumerable.Repeat((byte)0x91, 60_000)];
        yield return [.. Enumerable.Repeat((byte)0xDD, 60_000)];
        yield return [0x95, .. Enumerable.Repeat((byte)0xCB, 5)];
        if (type != ControlType.Hello) yield return [0x92, 0xC6, 0xFF, 0xFF, 0xFF, 0xFF];
    }

    private static int[] Borders(int[] sizes)
    {
        var at = 0;
        return [.. sizes.Select(size => at += PacketHeader.Size + size)];
    }

    private static byte[] Reliable(ChannelId channel, ushort sequence)
    {
        var packet = TestPeer.Packet(channel, 1, [], flags: PacketFlags.Reliable);
        BitConverter.TryWriteBytes(packet.AsSpan(6), sequence);
        return packet;
    }

    private static byte[] With(byte[] packet, int at, byte value)
    {
        byte[] changed = [.. packet];
        changed[at] = value;
        return changed;
    }

    private static byte[] WithLength(byte[] packet, uint length)
    {
        byte[] changed = [.. packet];
        BitConverter.TryWriteBytes(changed.AsSpan(PayloadLengthAt), length);
        return changed;
    }

    private static async Task ExpectMalformedAsync(FaultServer server, List<byte[]> batches)
    {
        foreach (var batch in batches)
        {
            var attacker = server.Connect();
            attacker.Send(batch);
            Assert.That(await attacker.ClosedAsync(), Is.EqualTo((int)CloseCode.Malformed), Convert.ToHexString(batch));
        }

        Assert.That(await server.DoAsync(() => server.Sink.Receive().Length), Is.Zero, "nothing of a malformed batch is delivered");
        await server.ExpectEndedAsync(DisconnectReason.Malformed, batches.Count);
        await server.ExpectUnharmedAsync();
    }

    private static async Task ExpectForbiddenAsync(NetworkingOptions options, Func<FaultServer, byte[]> packet)
    {
        await using var server = await FaultServer.StartAsync(options);
        var attacker = server.Connect();
        await attacker.HelloAsync();
        for (var i = 0; i < 64; i++) attacker.Send(packet(server));
        await attacker.UntilAsync(() => attacker.Errors.Count() == 64);
        Assert.That((attacker.Errors.Distinct().Single(), attacker.CloseCode), Is.EqualTo((ErrorCode.Forbidden, 0)));
        attacker.Send(packet(server));
        Assert.That(await attacker.ClosedAsync(), Is.EqualTo((int)CloseCode.PersistentRefusals));
        await server.ExpectEndedAsync(DisconnectReason.PersistentRefusals);
        Assert.That(server.Meter.Read("playground.packets.refused", nameof(ErrorCode.Forbidden)), Is.EqualTo(65));
        Assert.That(server.Log.Lines.Count(static l => l.Text.Contains("Forbidden", StringComparison.Ordinal)), Is.GreaterThanOrEqualTo(65));
        await server.ExpectUnharmedAsync();
    }
}
