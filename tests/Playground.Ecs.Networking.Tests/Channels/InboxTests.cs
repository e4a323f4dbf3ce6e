using Playground.Ecs.Networking.Channels;
using Playground.Ecs.Networking.Testing.Frames;
using Playground.Ecs.Networking.Tests.Frame;

namespace Playground.Ecs.Networking.Tests.Channels;

public sealed class InboxTests
{
    private NetworkHarness _harness = null!;
    private Channel _channel = null!;
    private TestPeer _peer = null!;

    [SetUp]
    public async Task Start()
    {
        _harness = await NetworkHarness.StartAsync(new NetworkingOptions { InboxPacketsMax = 10, InboxBytesMax = 50_000, MaxPacketBytes = 50_000 });
        _channel = _harness.System.RegisterPlugin("x").Unwrap();
        _peer = _harness.ConnectWithHello();
    }

    [TearDown]
    public async Task Stop() => await _harness.DisposeAsync();

    [Test]
    public void Packets_wait_over_frames_unharmed_until_they_are_received_once()
    {
        for (byte i = 0; i < 5; i++)
        {
            _peer.Send(_channel.Id, i, [i, i]);
            _harness.Step();
        }

        _harness.Step(10);
        Assert.That(_channel.WaitingCount, Is.EqualTo(5));
        Assert.That(_channel.Receive().ToArray().Select(p => (p.PacketType, p.Data.Span[1])), Is.EqualTo(Enumerable.Range(0, 5).Select(i => ((ushort)i, (byte)i))));
        Assert.That(_channel.Receive().Length, Is.Zero);
        _harness.Step();
        Assert.That(_harness.System.Buffers.RentedCount, Is.Zero);
    }

    [Test]
    public void Packets_are_valid_until_the_frame_ends_even_if_more_are_received_meanwhile()
    {
        _peer.Send(_channel.Id, 1, [11]);
        _harness.Step();
        _peer.Send(_channel.Id, 2, [22]);
        _harness.StepWith(() =>
        {
            var first = _channel.Receive();
            Assert.That(_channel.Receive().Length, Is.Zero);
            Assert.That((first[0].Data.Span[0], first[1].Data.Span[0]), Is.EqualTo(((byte)11, (byte)22)));
        });
    }

    [Test]
    public void Beyond_its_count_the_oldest_are_dropped_and_counted()
    {
        using var meter = new MeterReading(_harness.System);
        for (ushort i = 0; i < 25; i++) _peer.Send(_channel.Id, i, []);
        _harness.Step();
        Assert.That(_channel.Receive().ToArray().Select(p => (int)p.PacketType), Is.EqualTo(Enumerable.Range(15, 10)));
        Assert.That(meter.Read("playground.inbox.dropped"), Is.EqualTo(15));
    }

    [Test]
    public void Beyond_its_bytes_the_oldest_are_dropped([Values] bool acrossFrames)
    {
        for (ushort i = 0; i < 6; i++)
        {
            _peer.Send(_channel.Id, i, new byte[15_000]);
            if (acrossFrames) _harness.Step();
        }

        _harness.Step();
        Assert.That(_channel.Receive().ToArray().Select(p => (int)p.PacketType), Is.EqualTo(Enumerable.Range(3, 3)));
        _harness.Step();
        Assert.That(_harness.System.Buffers.RentedCount, Is.Zero);
    }

    [Test]
    public void Loopback_arrives_in_the_next_frame_and_is_bounded_too()
    {
        _harness.StepWith(() =>
        {
            for (ushort i = 0; i < 25; i++) _channel.Send(i, []).Unwrap();
            Assert.That(_channel.WaitingCount, Is.Zero, "not in the frame that sends it");
        });
        var packets = _channel.Receive().ToArray();
        Assert.That(packets.Select(p => (int)p.PacketType), Is.EqualTo(Enumerable.Range(15, 10)));
        Assert.That(packets.Select(p => p.Sender), Is.All.EqualTo(Entity.Null));
    }

    [Test]
    public void Loopback_that_waits_for_the_frames_end_is_bounded_in_bytes()
    {
        _harness.StepWith(() =>
        {
            for (ushort i = 0; i < 9; i++) _channel.Send(i, new byte[20_000]).Unwrap();
            Assert.That(_harness.System.Buffers.RentedBytes, Is.LessThan(4 * 32_768));
        });
        Assert.That(_channel.Receive().ToArray().Select(p => (int)p.PacketType), Is.EqualTo(new[] { 7, 8 }));
    }

    [Test]
    public void Without_loopback_nothing_comes_back()
    {
        var quiet = _harness.System.RegisterPlugin("quiet", new PluginOptions { Loopback = false }).Unwrap();
        _harness.StepWith(() => quiet.Send(1, []).Unwrap());
        _harness.Step();
        Assert.That(quiet.WaitingCount, Is.Zero);
    }

    [Test]
    public async Task Each_packet_goes_to_one_caller_and_copies_stay_valid()
    {
        _peer.Send(_channel.Id, 1, [7]);
        _harness.Step();
        var copies = (await _harness.System.ReceivePacketsAsync(_channel.Id)).Unwrap();
        Assert.That(_channel.Receive().Length, Is.Zero);
        for (var i = 0; i < 20; i++)
        {
            _peer.Send(_channel.Id, 2, [99]);
            _harness.Step();
        }

        Assert.That(copies.Single().Data.Span[0], Is.EqualTo(7));
    }

    [Test]
    public void A_random_inbox_agrees_with_a_queue([Values(1, 2, 3)] int seed)
    {
        var random = new Random(seed);
        var model = new Queue<(ushort Type, byte[] Data)>();
        for (ushort frame = 0; frame < 400; frame++)
        {
            var packets = random.Next(4);
            for (ushort i = 0; i < packets; i++)
            {
                var data = new byte[random.Next(random.Next(8_000))];
                random.NextBytes(data);
                _peer.Send(_channel.Id, (ushort)((frame * 4) + i), data);
                while (model.Count > 0 && (model.Count >= 10 || model.Sum(p => p.Data.Length) + data.Length > 50_000)) model.Dequeue();
                model.Enqueue(((ushort)((frame * 4) + i), data));
            }

            _harness.StepWith(() =>
            {
                if (random.Next(4) > 0) return;
                var received = _channel.Receive().ToArray().Select(p => (p.PacketType, p.Data.ToArray())).ToList();
                Assert.That(received, Is.EqualTo(model.Select(p => (p.Type, p.Data))));
                model.Clear();
            });
        }

        _ = _channel.Receive();
        _harness.Step(2);
        Assert.That(_harness.System.Buffers.RentedCount, Is.Zero);
    }
}
