using Playground.Ecs.Networking.Channels;
using Playground.Ecs.Networking.Components;
using Playground.Ecs.Networking.Links;
using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Testing.Frames;
using Playground.Ecs.Networking.Tests.Frame;

namespace Playground.Ecs.Networking.Tests.Sending;

/// <summary>Peers that read slowly or not at all: bounded, dropped by lane, let go; others notice nothing.</summary>
public sealed class QueueTests
{
    // What the reader's side holds before the server's sends block.
    private const int ReaderBytes = 1_024;

    private NetworkHarness _harness = null!;
    private Channel _channel = null!;
    private TestPeer _slow = null!;
    private Entity _entity;

    [SetUp]
    public async Task Start()
    {
        _harness = await NetworkHarness.StartAsync(new NetworkingOptions { MaxPacketBytes = 50_000, SendQueueBytes = 100_000 });
        _channel = _harness.System.RegisterPlugin("x", new PluginOptions { Loopback = false }).Unwrap();
        _slow = _harness.ConnectWithHello("slow", null, ReaderBytes);
        _entity = await _harness.EntityOfAsync(_slow.PeerId);
        _harness.Subscribe(_slow, _channel.Id);

        // From here on it does not read: this send does not finish.
        _harness.StepWith(() => _channel.SendTo(_entity, 0, new byte[10_000]).Unwrap());
    }

    [TearDown]
    public async Task Stop() => await _harness.DisposeAsync();

    [Test]
    public void A_link_whose_send_is_unfinished_gets_nothing_new()
    {
        var link = Link();
        var pending = link.Outbound.PendingBytes;
        for (ushort i = 1; i < 5; i++) _harness.StepWith(() => Send(i, 10_000, Priority.Normal));
        Assert.That(link.Outbound.PendingBytes, Is.EqualTo(pending));
        Assert.That(ReadAll().Select(p => (int)p.Type), Is.EqualTo(Enumerable.Range(0, 5)));
    }

    [Test]
    public void Low_is_dropped_before_Normal_and_the_oldest_first()
    {
        using var meter = new MeterReading(_harness.System);
        Send(1, 20_000, Priority.Normal);
        for (ushort i = 10; i < 14; i++) Send(i, 15_000, Priority.Low);
        for (ushort i = 20; i < 24; i++) Send(i, 15_000, Priority.High);
        _harness.Step();
        Assert.That(meter.Read("playground.packets.dropped", "low"), Is.EqualTo(3));
        Assert.That(meter.Read("playground.packets.dropped", "normal"), Is.Zero);
        Assert.That(ReadAll().Select(p => (int)p.Type), Is.EqualTo(new[] { 0, 20, 21, 22, 23, 1, 13 }));
    }

    [Test]
    public void When_Low_is_used_up_the_oldest_Normal_gives_way()
    {
        using var meter = new MeterReading(_harness.System);
        Send(1, 15_000, Priority.Low);
        for (ushort i = 10; i < 20; i++) Send(i, 15_000, Priority.Normal);
        _harness.Step();
        Assert.That((meter.Read("playground.packets.dropped", "low"), meter.Read("playground.packets.dropped", "normal")), Is.EqualTo((1, 4)));
        Assert.That(ReadAll().Select(p => (int)p.Type), Is.EqualTo(Enumerable.Range(14, 6).Prepend(0)));
    }

    [Test]
    public void A_Low_packet_does_not_push_out_a_Normal_one()
    {
        for (ushort i = 10; i < 16; i++) Send(i, 15_000, Priority.Normal);
        var result = _channel.SendTo(_entity, 99, new byte[15_000], Priority.Low);
        Assert.That(result.Error, Is.InstanceOf<NetworkError.LimitExceeded>());
        _harness.Step();
        Assert.That(_slow.End, Is.Null, "dropping it is no reason to let the peer go");
        Assert.That(ReadAll().Select(p => (int)p.Type), Is.EqualTo(Enumerable.Range(10, 6).Prepend(0)));
    }

    [Test]
    public void Who_holds_up_what_may_not_be_dropped_is_told_and_let_go([Values(Priority.High, Priority.Critical)] Priority priority, [Values] bool byChannel)
    {
        using var meter = new MeterReading(_harness.System);
        var other = _harness.ConnectWithHello();
        _harness.Subscribe(other, _channel.Id);
        for (var frame = 0; frame < 40; frame++)
        {
            var type = (ushort)(1_000 + frame);
            _harness.StepWith(() =>
            {
                if (byChannel) _channel.Send(type, new byte[15_000], priority).Unwrap();
                else _channel.SendTo(_entity, type, new byte[15_000], priority);
            });
            if (byChannel) Assert.That(other.All().Select(p => p.Type), Is.EqualTo(new[] { type }), "the others are served in every frame");
        }

        Assert.That(meter.Read("playground.connections.ended", "SlowConsumer"), Is.EqualTo(1));
        Assert.That(_harness.World.Get<ConnectionComponent>(_entity).Connected, Is.False, "its session waits for the next link");
        ReadAll();
        Assert.That((CloseCode)_slow.End!.Code, Is.EqualTo(CloseCode.SlowConsumer));
        Assert.That(_slow.Goodbyes.Single().Error, Is.EqualTo(ErrorCode.SlowConsumer));
        Assert.That(other.End, Is.Null);
    }

    [Test]
    public void A_train_that_was_begun_is_never_torn_by_drops()
    {
        var random = new Random(3);
        for (ushort i = 1; i < 400; i++)
        {
            _harness.StepWith(() =>
            {
                Send(i, random.Next(50_000), random.Next(2) == 0 ? Priority.Low : Priority.Normal);
                if (random.Next(8) == 0) Send((ushort)(1_000 + i), random.Next(30_000), Priority.High);
            });
            Assert.That(_slow.End, Is.Null);

            // Reading a little at a time: the peer throws on a torn train.
            for (var reads = random.Next(60); reads > 0; reads--)
            {
                _slow.All();
                _harness.RunFrame();
            }
        }

        ReadAll();
        _harness.Step(2);
        Assert.That(_harness.System.Buffers.RentedCount, Is.Zero);
    }

    [Test]
    public void A_closed_peer_that_never_reads_holds_no_buffers_once_its_time_is_up()
    {
        for (var i = 0; i < 10; i++) _channel.SendTo(_entity, 1, new byte[15_000], Priority.High);
        _harness.Step();
        Assert.That(_harness.World.Get<ConnectionComponent>(_entity).Connected, Is.False);
        _harness.StepFor(_harness.Options.CloseTimeout * 1.1);
        Assert.That((_harness.Transport.LinkCount, _harness.System.Buffers.RentedCount), Is.EqualTo((0, 0)));
    }

    private void Send(ushort type, int size, Priority priority)
    {
        var result = _channel.SendTo(_entity, type, new byte[size], priority);
        Assert.That(result.Error, Is.Null.Or.InstanceOf<NetworkError.LimitExceeded>());
    }

    private Link Link() => _harness.World.Get<ConnectionHandle>(_entity).Connection.Link;

    // More than a queue and a send can hold.
    private List<PeerPacket> ReadAll()
    {
        var packets = new List<PeerPacket>();
        for (var frame = 0; frame < 250_000 / ReaderBytes; frame++)
        {
            packets.AddRange(_slow.All());
            _harness.RunFrame();
        }

        return packets;
    }
}
