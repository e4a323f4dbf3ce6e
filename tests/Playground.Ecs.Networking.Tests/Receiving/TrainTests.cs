using Playground.Ecs.Networking.Channels;
using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Testing.Frames;

namespace Playground.Ecs.Networking.Tests.Receiving;

public sealed class TrainTests
{
    private NetworkHarness _harness = null!;
    private Channel _channel = null!;
    private TestPeer _peer = null!;

    [SetUp]
    public async Task Start()
    {
        _harness = await NetworkHarness.StartAsync();
        _channel = _harness.System.RegisterPlugin("x").Unwrap();
        _peer = _harness.ConnectWithHello();
    }

    [TearDown]
    public async Task Stop() => await _harness.DisposeAsync();

    [Test]
    public void Fragments_that_arrive_over_many_frames_are_one_packet()
    {
        var data = new byte[50_000];
        new Random(1).NextBytes(data);
        foreach (var fragment in Fragmenter.Split(new PacketHeader(_channel.Id, 3, Priority.Low), data.Length))
        {
            Assert.That(_channel.WaitingCount, Is.Zero);
            _peer.SendRaw(TestPeer.Packet(_channel.Id, 3, data.AsSpan(fragment.Offset, fragment.Length), Priority.Low, fragment.Header.Flags));
            _harness.Step();
        }

        Assert.That(_channel.Receive()[0].Data.Span.SequenceEqual(data));
    }

    [Test]
    public void Packets_of_other_lanes_pass_between_fragments()
    {
        Fragment(Priority.Low, 1, more: true);
        _peer.Send(_channel.Id, 9, [9], Priority.Critical);
        Fragment(Priority.Normal, 2, more: true);
        Fragment(Priority.Low, 1, more: false);
        Fragment(Priority.Normal, 2, more: false);
        _harness.Step();
        Assert.That(_channel.Receive().ToArray().Select(p => (p.PacketType, p.Data.Length)), Is.EqualTo(new[] { (9, 1), (1, 20), (2, 20) }.Select(p => ((ushort)p.Item1, p.Item2))));
    }

    [Test]
    public void Another_packet_inside_a_train_is_malformed()
    {
        Fragment(Priority.Low, 1, more: true);
        Fragment(Priority.Low, 2, more: false);
        _harness.Step();
        Assert.That((CloseCode)_peer.End!.Code, Is.EqualTo(CloseCode.Malformed));
    }

    [Test]
    public void A_reassembled_packet_above_the_limit_is_1009()
    {
        _peer.Send(_channel.Id, 1, new byte[262_145]);
        _harness.Step(3);
        Assert.That((CloseCode)_peer.End!.Code, Is.EqualTo(CloseCode.MessageTooBig));
        Assert.That(_channel.WaitingCount, Is.Zero);
    }

    [Test]
    public void Partial_packets_together_hold_at_most_twice_the_limit()
    {
        foreach (var priority in new[] { Priority.Critical, Priority.High, Priority.Normal })
        {
            for (var i = 0; i < 15; i++)
            {
                _peer.SendRaw(TestPeer.Packet(_channel.Id, 1, new byte[16_384], priority, PacketFlags.MoreFragments));
                _harness.Step();
            }
        }

        Assert.That((CloseCode)_peer.End!.Code, Is.EqualTo(CloseCode.MessageTooBig));
    }

    [Test]
    public void A_single_packet_may_be_as_large_as_a_message()
    {
        _peer.SendRaw(TestPeer.Packet(_channel.Id, 1, new byte[65_536 - 12]));
        _harness.Step();
        Assert.That(_channel.Receive()[0].Data.Length, Is.EqualTo(65_524));
    }

    [Test]
    public void A_train_that_its_link_leaves_unfinished_is_dropped()
    {
        Fragment(Priority.Low, 1, more: true);
        _peer.Client.Abort();
        _harness.Step(3);
        Assert.That((_channel.WaitingCount, _harness.Transport.LinkCount), Is.EqualTo((0, 0)));
    }

    private void Fragment(Priority priority, ushort type, bool more) =>
        _peer.SendRaw(TestPeer.Packet(_channel.Id, type, new byte[10], priority, more ? PacketFlags.MoreFragments : PacketFlags.None));
}
