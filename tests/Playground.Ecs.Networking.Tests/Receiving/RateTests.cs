using Playground.Ecs.Networking.Channels;
using Playground.Ecs.Networking.Links;
using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Sessions;
using Playground.Ecs.Networking.Testing.Frames;
using Playground.Ecs.Networking.Tests.Frame;

namespace Playground.Ecs.Networking.Tests.Receiving;

/// <summary>What one connection may send in a second, and what becomes of more (PROTOCOL.md, section 11).</summary>
public sealed class RateTests
{
    private static readonly NetworkingOptions Slow = new() { PacketsPerSecond = 60 };

    private Channel _channel = null!;
    private int _received;

    [Test]
    public async Task Twice_the_rate_is_taken_at_once_and_what_is_over_it_is_dropped_with_one_Error()
    {
        await using var harness = await StartAsync(Slow);
        using var meter = new MeterReading(harness.System);
        var peer = harness.ConnectWithHello();
        peer.SendBatch(Packets(200));
        harness.Step();
        Assert.That(_received, Is.InRange(120, 122));
        var error = peer.NextError();
        Assert.That((error.Error, error.Channel, error.PacketType), Is.EqualTo((ErrorCode.RateLimited, _channel.Id, (ushort)1)));
        Assert.That(peer.Next(), Is.Null, "one Error for eighty packets");
        Assert.That(meter.Read("playground.packets.refused", nameof(ErrorCode.RateLimited)), Is.EqualTo(200 - _received));

        var before = _received;
        harness.StepFor(TimeSpan.FromSeconds(1));
        peer.SendBatch(Packets(61));
        harness.Step();
        Assert.That(_received - before, Is.EqualTo(61), "a second later as many again");
        Assert.That(peer.End, Is.Null);
    }

    [Test]
    public async Task Who_stays_within_the_rate_is_never_limited()
    {
        await using var harness = await StartAsync(Slow);
        var peer = harness.ConnectWithHello();
        for (var frame = 0; frame < 60 * 20; frame++)
        {
            peer.SendBatch(Packets(1));
            harness.Step();
        }

        Assert.That(_received, Is.EqualTo(60 * 20));
    }

    [Test]
    public async Task Who_goes_on_above_the_rate_is_closed_with_4002_and_told_when_to_come_back()
    {
        await using var harness = await StartAsync(Slow with { RetryAfter = TimeSpan.FromSeconds(3) });
        using var meter = new MeterReading(harness.System);
        var peer = harness.ConnectWithHello();
        var frames = FloodUntilClosed(harness, peer, Packets(10));
        Assert.That(frames, Is.InRange(60 * 5, 60 * 6), "RateLimitTimeout, once the bucket is empty");
        Assert.That((CloseCode)peer.End!.Code, Is.EqualTo(CloseCode.RateLimited));
        Assert.That((peer.Goodbyes.Single().Error, peer.Goodbyes[0].RetryAfterMs), Is.EqualTo((ErrorCode.RateLimited, 3_000u)));
        Assert.That(meter.Read("playground.connections.ended", nameof(DisconnectReason.RateLimited)), Is.EqualTo(1));
    }

    [Test]
    public async Task A_burst_now_and_then_is_dropped_and_forgiven()
    {
        await using var harness = await StartAsync(Slow);
        var peer = harness.ConnectWithHello();
        for (var burst = 0; burst < 10; burst++)
        {
            peer.SendBatch(Packets(250));
            harness.StepFor(TimeSpan.FromSeconds(2));
        }

        Assert.That(peer.End, Is.Null);
    }

    [Test]
    public async Task A_Critical_packet_counts_ten_fold()
    {
        await using var harness = await StartAsync(Slow);
        var peer = harness.ConnectWithHello();
        peer.SendBatch([.. Enumerable.Repeat(TestPeer.Packet(_channel.Id, 1, [], Priority.Critical), 100)]);
        harness.Step();
        Assert.That(_received, Is.InRange(12, 13));
    }

    [Test]
    public async Task Bytes_have_a_rate_of_their_own()
    {
        await using var harness = await StartAsync(new NetworkingOptions { BytesPerSecond = 10_000 });
        var peer = harness.ConnectWithHello();
        for (var i = 0; i < 40; i++) peer.Send(_channel.Id, 1, new byte[1_000]);
        harness.Step();
        Assert.That(_received, Is.InRange(19, 21));
        Assert.That(peer.NextError().Error, Is.EqualTo(ErrorCode.RateLimited));
    }

    [Test]
    public async Task Control_requests_have_a_rate_of_their_own()
    {
        await using var harness = await StartAsync(new NetworkingOptions { ControlRequestsPerSecond = 5 });
        var peer = harness.ConnectWithHello();
        peer.SendBatch([.. Enumerable.Range(0, 30).Select(i => TestPeer.Control(new QueryChannel((uint)i, "x")))]);
        peer.SendBatch(Packets(50));
        harness.Step();
        var packets = peer.All();
        Assert.That(packets.Count(p => p.IsControl<Reply>()), Is.InRange(10, 11));
        Assert.That(packets.Count(p => p.IsControl<ErrorMessage>()), Is.EqualTo(1));
        Assert.That(_received, Is.EqualTo(50), "other packets go on");
    }

    [Test]
    public async Task Packets_to_unknown_channels_count_too()
    {
        await using var harness = await StartAsync(Slow with { RefusalsMax = 1_000 });
        var peer = harness.ConnectWithHello();
        peer.SendBatch([.. Enumerable.Repeat(TestPeer.Packet(1_999, 1, []), 120)]);
        harness.Step();
        peer.SendBatch(Packets(20));
        harness.Step();
        Assert.That(_received, Is.LessThanOrEqualTo(3));
    }

    [Test]
    public async Task A_reliable_packet_over_the_rate_waits_and_is_not_lost()
    {
        await using var harness = await StartAsync(Slow);
        var peer = SessionPeer.Connect(harness);
        for (var i = 0; i < 200; i++) peer.Send(_channel.Id, 1, [(byte)i]);
        peer.Step();
        Assert.That(_received, Is.InRange(120, 122));
        peer.StepFor(TimeSpan.FromSeconds(2));
        Assert.That((_received, peer.UnacknowledgedCount, peer.IsOpen), Is.EqualTo((200, 0, true)));
        Assert.That(peer.Packets.Where(p => p.IsControl<ErrorMessage>()), Is.Empty);
    }

    [Test]
    public async Task Of_a_train_that_is_over_the_rate_nothing_is_left_and_what_follows_is_served()
    {
        await using var harness = await StartAsync(new NetworkingOptions { BytesPerSecond = 20_000 });
        var peer = harness.ConnectWithHello();
        peer.Send(_channel.Id, 1, new byte[16_000]);
        peer.Send(_channel.Id, 1, new byte[100_000]);
        harness.Step();
        Assert.That((_received, peer.End), Is.EqualTo((1, (LinkEnd?)null)));
        harness.StepFor(TimeSpan.FromSeconds(3));
        peer.Send(_channel.Id, 1, new byte[30_000]);
        harness.Step();
        Assert.That((_received, peer.End), Is.EqualTo((2, (LinkEnd?)null)));
    }

    [Test]
    public async Task What_was_sent_while_the_process_stood_still_is_within_the_rate()
    {
        await using var harness = await StartAsync(Slow);
        var peer = harness.ConnectWithHello();
        for (var second = 0; second < 20; second++) peer.SendBatch(Packets(60));
        harness.Time.Advance(TimeSpan.FromSeconds(20));
        harness.Step(3);
        Assert.That((_received, peer.End), Is.EqualTo((60 * 20, (LinkEnd?)null)));
    }

    private async Task<NetworkHarness> StartAsync(NetworkingOptions options)
    {
        _received = 0;
        var harness = await NetworkHarness.StartAsync(options);
        _channel = harness.System.RegisterPlugin("x", new PluginOptions { Handler = (_, in _) => _received++ }).Unwrap();
        return harness;
    }

    private byte[][] Packets(int count) => [.. Enumerable.Repeat(TestPeer.Packet(_channel.Id, 1, []), count)];

    private static int FloodUntilClosed(NetworkHarness harness, TestPeer peer, byte[][] packets)
    {
        for (var frame = 0; frame < 60 * 20; frame++)
        {
            if (peer.End is not null) return frame;
            peer.SendBatch(packets);
            harness.Step();
        }

        throw new TimeoutException("Nobody closed it.");
    }
}
