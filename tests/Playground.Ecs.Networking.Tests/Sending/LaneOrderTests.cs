using Playground.Ecs.Networking.Channels;
using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Testing.Frames;

namespace Playground.Ecs.Networking.Tests.Sending;

/// <summary>Lanes in order, FIFO in each, whatever way a packet came.</summary>
public sealed class LaneOrderTests
{
    private NetworkHarness _harness = null!;
    private Channel _a = null!;
    private Channel _b = null!;

    [SetUp]
    public async Task Start()
    {
        _harness = await NetworkHarness.StartAsync();
        _a = _harness.System.RegisterPlugin("a", new PluginOptions { Loopback = false }).Unwrap();
        _b = _harness.System.RegisterPlugin("b", new PluginOptions { Loopback = false }).Unwrap();
    }

    [TearDown]
    public async Task Stop() => await _harness.DisposeAsync();

    // All sequences of up to five sends to channel a, channel b, and this peer directly.
    [Test]
    public async Task Channel_sends_and_directed_sends_keep_their_order_in_every_interleaving([Values(2, 3, 4, 5)] int length)
    {
        var peer = Subscriber(_a, _b);
        var other = Subscriber(_a, _b);
        var entity = await _harness.EntityOfAsync(peer.PeerId);
        for (var code = 0; code < Math.Pow(3, length); code++)
        {
            var kinds = Enumerable.Range(0, length).Select(i => code / (int)Math.Pow(3, i) % 3).ToArray();
            _harness.StepWith(() =>
            {
                for (ushort i = 0; i < length; i++)
                {
                    if (kinds[i] == 0) _a.Send(i, [0]).Unwrap();
                    else if (kinds[i] == 1) _b.Send(i, [1]).Unwrap();
                    else _a.SendTo(entity, i, [2]).Unwrap();
                }
            });
            Assert.That(Data(peer).Select(p => (int)p.Data[0]), Is.EqualTo(kinds));
            Assert.That(Data(other).Select(p => (int)p.Data[0]), Is.EqualTo(kinds.Where(k => k < 2)));
        }
    }

    [Test]
    public async Task A_frame_is_sent_by_lane_and_in_each_lane_as_it_was_given()
    {
        var peer = Subscriber(_a);
        var entity = await _harness.EntityOfAsync(peer.PeerId);
        _harness.StepWith(() =>
        {
            ushort n = 0;
            for (var round = 0; round < 3; round++)
            {
                for (var priority = Priority.Low; priority >= Priority.High; priority--)
                {
                    _a.Send(n++, [], priority).Unwrap();
                    _a.SendTo(entity, n++, [], priority).Unwrap();
                }
            }
        });
        var packets = Data(peer);
        Assert.That(packets.Select(p => p.Priority), Is.Ordered);
        foreach (var lane in packets.GroupBy(p => p.Priority)) Assert.That(lane.Select(p => p.Type), Is.Ordered);
        Assert.That(packets, Has.Count.EqualTo(18));
    }

    [Test]
    public void Sixteen_Critical_packets_leave_at_once_and_further_ones_join_the_frame()
    {
        var peer = Subscriber(_a);
        _harness.StepWith(() =>
        {
            _a.Send(100, [], Priority.High).Unwrap();
            for (ushort i = 0; i < 40; i++) _a.Send(i, [], Priority.Critical).Unwrap();
            Assert.That(Data(peer).Select(p => (int)p.Type), Is.EqualTo(Enumerable.Range(0, 16)));
        });
        Assert.That(Data(peer).Select(p => (int)p.Type), Is.EqualTo(Enumerable.Range(16, 24).Append(100)));
        _harness.StepWith(() =>
        {
            _a.Send(7, [], Priority.Critical).Unwrap();
            Assert.That(Data(peer), Has.Count.EqualTo(1), "a new frame, a new allowance");
        });
    }

    [Test]
    public async Task Critical_passes_between_the_fragments_of_a_Low_packet()
    {
        await using var harness = await NetworkHarness.StartAsync(new NetworkingOptions { SendBudgetBytes = 65_536 });
        var channel = harness.System.RegisterPlugin("x").Unwrap();
        var peer = harness.ConnectWithHello();
        var entity = await harness.EntityOfAsync(peer.PeerId);
        peer.Clear();
        var low = new byte[200_000];
        new Random(5).NextBytes(low);
        harness.StepWith(() => channel.SendTo(entity, 1, low, Priority.Low).Unwrap());
        harness.StepWith(() => channel.SendTo(entity, 2, [2], Priority.Critical).Unwrap());
        harness.Step(4);

        var order = peer.All();
        Assert.That(order.Select(p => p.Type), Is.EqualTo(new ushort[] { 2, 1 }));
        Assert.That(order[1].Data.AsSpan().SequenceEqual(low));
        var wire = peer.Messages.SelectMany(m => m).Where(p => p.Channel == channel.Id).Select(p => p.Type).ToList();
        Assert.That(wire.IndexOf(2), Is.InRange(1, 12), "between fragments");
    }

    [Test]
    public async Task A_message_has_at_most_256_packets_and_64_KiB()
    {
        var peer = Subscriber(_a);
        var entity = await _harness.EntityOfAsync(peer.PeerId);
        _harness.StepWith(() =>
        {
            for (var i = 0; i < 1_000; i++) _a.Send((ushort)i, [], Priority.High).Unwrap();
            for (var i = 1_000; i < 2_000; i++) _a.SendTo(entity, (ushort)i, [], Priority.Normal).Unwrap();
            for (var i = 2_000; i < 2_012; i++) _a.Send((ushort)i, new byte[16_384], Priority.Low).Unwrap();
        });
        _harness.Step(2);
        Assert.That(Data(peer).Select(p => (int)p.Type), Is.EqualTo(Enumerable.Range(0, 2_012)));
        Assert.That(peer.Messages.Select(m => m.Count), Is.All.LessThanOrEqualTo(256));
        Assert.That(peer.Messages.Select(m => m.Sum(p => p.Data.Length + PacketHeader.Size)), Is.All.LessThanOrEqualTo(65_536));
        Assert.That(peer.Messages.Where(m => m.Count > 1).Max(m => m.Count), Is.EqualTo(256), "and full ones are full");
    }

    [Test]
    public async Task The_budget_of_a_frame_is_spent_in_lane_order_and_the_rest_waits_in_order()
    {
        await using var harness = await NetworkHarness.StartAsync(new NetworkingOptions { SendBudgetBytes = 65_536 });
        var channel = harness.System.RegisterPlugin("x").Unwrap();
        var peer = harness.ConnectWithHello();
        var entity = await harness.EntityOfAsync(peer.PeerId);
        harness.OnUpdate = () =>
        {
            for (ushort i = 0; i < 6; i++) channel.SendTo(entity, i, new byte[10_000], Priority.Normal).Unwrap();
            for (ushort i = 0; i < 2; i++) channel.SendTo(entity, (ushort)(100 + i), new byte[10_000], Priority.High).Unwrap();
        };
        harness.Step();
        harness.OnUpdate = null;
        Assert.That(Data(peer).Select(p => (int)p.Type), Is.EqualTo(new[] { 100, 101, 0, 1, 2, 3 }));
        harness.Step();
        Assert.That(Data(peer).Select(p => (int)p.Type), Is.EqualTo(new[] { 4, 5 }));
    }

    [Test]
    public async Task A_lane_that_waited_thirty_frames_sends_a_packet_of_its_own()
    {
        await using var harness = await NetworkHarness.StartAsync(new NetworkingOptions { SendBudgetBytes = 65_536, HeartbeatInterval = TimeSpan.FromSeconds(9) });
        var channel = harness.System.RegisterPlugin("x").Unwrap();
        var peer = harness.ConnectWithHello();
        var entity = await harness.EntityOfAsync(peer.PeerId);
        var lowAt = new List<int>();
        for (var frame = 0; frame < 100; frame++)
        {
            harness.StepWith(() =>
            {
                if (frame == 0) for (ushort i = 0; i < 5; i++) channel.SendTo(entity, 3, new byte[1_000], Priority.Low).Unwrap();
                for (ushort i = 0; i < 4; i++) channel.SendTo(entity, 1, new byte[16_372], Priority.High).Unwrap();
            });
            foreach (var packet in Data(peer))
            {
                if (packet.Type == 3) lowAt.Add(frame);
            }
        }

        Assert.That(lowAt, Is.EqualTo(new[] { 30, 61, 92 }));
    }

    private static List<PeerPacket> Data(TestPeer peer) => [.. peer.All().Where(p => p.Channel != ChannelRanges.Control)];

    private TestPeer Subscriber(params Channel[] channels)
    {
        var peer = _harness.ConnectWithHello();
        foreach (var channel in channels) _harness.Subscribe(peer, channel.Id);
        peer.Clear();
        return peer;
    }
}
