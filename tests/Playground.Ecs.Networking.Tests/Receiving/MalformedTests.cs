using Playground.Ecs.Networking.Channels;
using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Testing.Frames;

namespace Playground.Ecs.Networking.Tests.Receiving;

/// <summary>Bytes that the protocol does not allow cost their sender the link, and nobody else anything.</summary>
public sealed class MalformedTests
{
    private NetworkHarness _harness = null!;
    private Channel _channel = null!;
    private TestPeer _bystander = null!;

    public static IEnumerable<TestCaseData> Batches()
    {
        var good = TestPeer.Packet(1000, 1, [1, 2, 3]);
        yield return Batch("a cut header", BatchStatus.HeaderCut, [.. good, .. good[..11]]);
        yield return Batch("one byte", BatchStatus.HeaderCut, [0]);
        yield return Batch("bytes behind the last packet", BatchStatus.HeaderCut, [.. good, 0, 0]);
        yield return Batch("priority 4", BatchStatus.UnknownPriority, [.. good, .. With(good, 4, 4)]);
        yield return Batch("priority 255", BatchStatus.UnknownPriority, [.. good, .. With(good, 4, 255)]);
        yield return Batch("flag 4", BatchStatus.UnknownFlags, [.. good, .. With(good, 5, 4)]);
        yield return Batch("flag 128", BatchStatus.UnknownFlags, [.. good, .. With(good, 5, 128)]);
        yield return Batch("a sequence without Reliable", BatchStatus.SequenceWithoutReliable, [.. good, .. With(good, 6, 1)]);
        yield return Batch("a payload one byte short", BatchStatus.PayloadBeyondBatch, [.. good, .. good[..^1]]);
        yield return Batch("a payload of 4 GiB", BatchStatus.PayloadBeyondBatch, [.. good, .. With(With(With(With(good, 8, 255), 9, 255), 10, 255), 11, 255)]);
        yield return Batch("257 packets", BatchStatus.TooManyPackets, [.. Enumerable.Repeat(TestPeer.Packet(1000, 1, []), 257).SelectMany(p => p)]);
        yield return Batch("65,537 bytes", BatchStatus.MessageTooLarge, TestPeer.Packet(1000, 1, new byte[65_537 - PacketHeader.Size]));
    }

    public static IEnumerable<TestCaseData> Controls()
    {
        byte[][] payloads = [[], [0xC0], [0x90], [0x01], [0xDD, 0xFF, 0xFF, 0xFF, 0xFF], [0x91, 0xC1], [0xA5, (byte)'a'], [0x92, 0xC0, 0xC0]];
        ControlType[] types =
        [
            ControlType.Ping, ControlType.Pong, ControlType.Subscribe, ControlType.Unsubscribe, ControlType.RegisterChannel,
            ControlType.UnregisterChannel, ControlType.QueryChannel, ControlType.ListChannels, ControlType.Goodbye,
        ];
        return from type in types
               from payload in payloads
               select new TestCaseData(type, payload).SetArgDisplayNames($"{type}", Convert.ToHexString(payload));
    }

    [SetUp]
    public async Task Start()
    {
        _harness = await NetworkHarness.StartAsync();
        _channel = _harness.System.RegisterSystem("x", 999).Unwrap();
        _harness.System.RegisterPlugin("y").Unwrap();
        _bystander = _harness.ConnectWithHello();
        _harness.Subscribe(_bystander, _channel.Id);
    }

    [TearDown]
    public async Task Stop() => await _harness.DisposeAsync();

    [TestCaseSource(nameof(Batches))]
    public void None_of_a_malformed_batch_is_delivered(BatchStatus status, byte[] batch)
    {
        Assert.That(BatchValidator.Validate(batch, out _), Is.EqualTo(status), "the test's own batch");
        var plugin = _harness.System.FindChannel("y").Unwrap();
        var peer = _harness.ConnectWithHello();
        peer.SendRaw(batch);
        _bystander.Send(_channel.Id, 5, [5]);
        _harness.StepWith(() => _channel.Send(6, [6]).Unwrap());

        Assert.That((CloseCode)peer.End!.Code, Is.EqualTo(status.ToCloseCode()));
        Assert.That(plugin.WaitingCount, Is.Zero);
        if (status != BatchStatus.MessageTooLarge) Assert.That(peer.Goodbyes.Single().Error, Is.EqualTo(ErrorCode.MalformedPacket));
        Assert.That(_channel.Receive()[0].PacketType, Is.EqualTo(5), "in the same frame");
        Assert.That(_bystander.All().Select(p => p.Type), Is.EqualTo(new ushort[] { 6 }), "in the same frame");
    }

    [TestCaseSource(nameof(Controls))]
    public void A_malformed_control_payload_is_4501(ControlType type, byte[] payload)
    {
        var peer = _harness.ConnectWithHello();
        peer.SendRaw(TestPeer.Packet(0, (ushort)type, payload));
        _bystander.Send(_channel.Id, 5, [5]);
        _harness.Step();
        Assert.That((CloseCode)peer.End!.Code, Is.EqualTo(CloseCode.Malformed));
        Assert.That(_channel.WaitingCount, Is.EqualTo(1));
        Assert.That(_bystander.End, Is.Null);
    }

    [Test]
    public void What_follows_a_malformed_control_packet_in_its_batch_is_not_delivered()
    {
        var peer = _harness.ConnectWithHello();
        peer.SendBatch(TestPeer.Packet(_channel.Id, 1, []), TestPeer.Packet(0, Ping.WireType, []), TestPeer.Packet(_channel.Id, 2, []));
        _harness.Step();
        Assert.That(_channel.Receive().ToArray().Select(p => p.PacketType), Is.EqualTo(new ushort[] { 1 }));
    }

    [Test]
    public void A_message_without_packets_is_served_and_ignored()
    {
        var peer = _harness.ConnectWithHello();
        peer.SendRaw([]);
        peer.Send(_channel.Id, 1, []);
        _harness.Step();
        Assert.That((peer.End is null, _channel.WaitingCount), Is.EqualTo((true, 1)));
    }

    [Test]
    public void Every_peer_is_read_in_every_frame_whoever_ends_meanwhile()
    {
        var peers = Enumerable.Range(0, 12).Select(_ => _harness.ConnectWithHello()).ToList();
        var random = new Random(7);
        while (peers.Count > 1)
        {
            var bad = peers[random.Next(peers.Count)];
            peers.Remove(bad);
            bad.SendRaw([1]);
            foreach (var peer in peers) peer.Send(_channel.Id, 1, []);
            _harness.Step();
            Assert.That(_channel.Receive().Length, Is.EqualTo(peers.Count));
        }
    }

    private static byte[] With(byte[] packet, int index, byte value)
    {
        var copy = packet.ToArray();
        copy[index] = value;
        return copy;
    }

    private static TestCaseData Batch(string name, BatchStatus status, byte[] batch) => new TestCaseData(status, batch).SetArgDisplayNames(name);
}
