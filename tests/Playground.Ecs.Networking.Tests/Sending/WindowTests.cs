using Playground.Ecs.Networking.Channels;
using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Testing.Frames;
using Playground.Ecs.Networking.Tests.Frame;

namespace Playground.Ecs.Networking.Tests.Sending;

/// <summary>What is written and unacknowledged is bounded, and so is the time that it may stay so (PROTOCOL.md, section 8).</summary>
public sealed class WindowTests
{
    private NetworkHarness _harness = null!;
    private Channel _channel = null!;
    private MeterReading _meter = null!;
    private SessionPeer _peer = null!;
    private Entity _entity;

    [SetUp]
    public async Task Start()
    {
        _harness = await NetworkHarness.StartAsync(new NetworkingOptions { ReliableWindowBytes = 64 * 1024 });
        _channel = _harness.System.RegisterPlugin("x", new PluginOptions { Loopback = false }).Unwrap();
        _meter = new MeterReading(_harness.System);
        _peer = SessionPeer.Connect(_harness);
        _peer.Acknowledges = false;
        _entity = _peer.Entity();
    }

    [TearDown]
    public async Task Stop()
    {
        _meter.Dispose();
        await _harness.DisposeAsync();
        Assert.That(_harness.System.Buffers.RentedCount, Is.Zero);
    }

    [Test]
    public void A_full_window_of_packets_holds_back_reliable_packets_only()
    {
        for (ushort i = 0; i < 1_100; i++) _channel.SendReliableTo(_entity, i, [], Priority.High).Unwrap();
        _channel.SendTo(_entity, 5_000, [], Priority.Low).Unwrap();
        _peer.Step(3);
        Assert.That(Types(), Is.EqualTo(Enumerable.Range(0, ProtocolLimits.ReliableWindowPackets).Append(5_000)));
        _channel.SendTo(_entity, 5_001, [], Priority.High).Unwrap();
        _peer.Step();
        Assert.That(Types()[^1], Is.EqualTo(5_001), "also behind reliable packets of its own lane");

        Acknowledge(10);
        _peer.Step(2);
        Assert.That(Types()[^10..], Is.EqualTo(Enumerable.Range(ProtocolLimits.ReliableWindowPackets, 10)), "as many as there is room for");
        Acknowledge(_peer.Received);
        _peer.Step(2);
        Assert.That(Types().Where(static t => t < 5_000), Is.EqualTo(Enumerable.Range(0, 1_100)));
    }

    [Test]
    public void A_full_window_of_bytes_holds_back_reliable_packets_only()
    {
        for (ushort i = 0; i < 10; i++) _channel.SendReliableTo(_entity, i, new byte[16_000]).Unwrap();
        _channel.SendTo(_entity, 5_000, new byte[16_000], Priority.Low).Unwrap();
        _peer.Step(3);
        Assert.That(Types(), Is.EqualTo(new[] { 0, 1, 2, 3, 5_000 }), "64 KiB hold four of them");
        Acknowledge(1);
        _peer.Step(2);
        Assert.That(Types()[^1], Is.EqualTo(4));
    }

    [Test]
    public void A_train_longer_than_the_window_goes_out_as_it_is_acknowledged()
    {
        _peer.Acknowledges = true;
        _channel.SendReliableTo(_entity, 1, [.. Enumerable.Range(0, 200_000).Select(static i => (byte)i)]).Unwrap();
        _peer.Step(10);
        Assert.That(_peer.Packets, Has.Count.EqualTo(1));
        Assert.That(_peer.Packets[0].Data, Is.EqualTo(Enumerable.Range(0, 200_000).Select(static i => (byte)i)));
    }

    [Test]
    public void Without_an_Ack_that_advances_the_link_is_given_up_with_4000_and_the_next_one_repeats()
    {
        _channel.SendReliableTo(_entity, 1, []).Unwrap();
        _channel.SendReliableTo(_entity, 2, []).Unwrap();
        _peer.StepFor(TimeSpan.FromSeconds(4.8));
        Assert.That(_peer.IsOpen);
        _peer.StepFor(TimeSpan.FromSeconds(0.4));
        Assert.That(_peer.Code, Is.EqualTo(CloseCode.HeartbeatTimeout));
        Assert.That(_peer.Link.Goodbyes.Single().Error, Is.EqualTo(ErrorCode.Timeout));
        Assert.That(_meter.Read("playground.connections.ended", "AckTimeout"), Is.EqualTo(1));
        _peer.Packets.Clear();
        _peer.Acknowledges = true;
        _channel.SendReliableTo(_entity, 3, []).Unwrap();
        Assert.That(_peer.Resume().Resumed);
        _peer.StepFor(TimeSpan.FromSeconds(6));
        Assert.That((_peer.IsOpen, string.Join(',', Types())), Is.EqualTo((true, "3")), "Hello acknowledged the first two");
    }

    [Test]
    public void Every_Ack_that_advances_restarts_the_wait_and_one_that_does_not_does_not()
    {
        for (ushort i = 1; i <= 4; i++) _channel.SendReliableTo(_entity, i, []).Unwrap();
        for (ushort i = 1; i <= 3; i++)
        {
            _peer.StepFor(TimeSpan.FromSeconds(4));
            Acknowledge(i);
        }

        _peer.StepFor(TimeSpan.FromSeconds(4));
        Acknowledge(3);
        _peer.StepFor(TimeSpan.FromSeconds(0.5));
        Assert.That(_peer.IsOpen);
        _peer.StepFor(TimeSpan.FromSeconds(0.8));
        Assert.That(_peer.Code, Is.EqualTo(CloseCode.HeartbeatTimeout));
    }

    [Test]
    public void While_nothing_is_unacknowledged_nobody_waits_for_an_Ack()
    {
        _peer.StepFor(TimeSpan.FromSeconds(8));
        _channel.SendReliableTo(_entity, 1, []).Unwrap();
        _peer.StepFor(TimeSpan.FromSeconds(4.5));
        Assert.That(_peer.IsOpen);
    }

    [Test]
    public void Reliable_and_unreliable_packets_share_the_lanes_of_a_frame()
    {
        _harness.StepWith(() =>
        {
            foreach (var lane in new[] { Priority.Low, Priority.Normal, Priority.High })
            {
                _channel.SendTo(_entity, (ushort)((10 * (int)lane) + 1), [], lane).Unwrap();
                _channel.SendReliableTo(_entity, (ushort)(10 * (int)lane), [], lane).Unwrap();
            }
        });
        _peer.Take();
        Assert.That(_peer.Packets.Select(static p => p.Priority), Is.Ordered);
        Assert.That(Types(), Is.EquivalentTo(new[] { 10, 11, 20, 21, 30, 31 }));
        Assert.That(_peer.Packets.Where(static p => p.IsReliable).Select(static p => (int)p.Sequence), Is.EqualTo(new[] { 1, 2, 3 }));
    }

    private int[] Types() => [.. _peer.Packets.Select(static p => (int)p.Type)];

    private void Acknowledge(ushort sequence) => _peer.Link.SendControl(new Ack(sequence));
}
