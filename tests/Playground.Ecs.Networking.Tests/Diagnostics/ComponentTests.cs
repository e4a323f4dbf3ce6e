using Playground.Ecs.Networking.Components;
using Playground.Ecs.Networking.Testing.Frames;

namespace Playground.Ecs.Networking.Tests.Diagnostics;

/// <summary>What games read from the world is true in every frame.</summary>
public sealed class ComponentTests
{
    private NetworkHarness _harness = null!;

    [SetUp]
    public async Task Start() => _harness = await NetworkHarness.StartAsync();

    [TearDown]
    public async Task Stop() => await _harness.DisposeAsync();

    [Test]
    public async Task A_connections_component_counts_its_packets_and_dates_its_last_activity()
    {
        var channel = _harness.System.RegisterPlugin("x").Unwrap();
        var peer = _harness.ConnectWithHello();
        var entity = await _harness.EntityOfAsync(peer.PeerId);
        for (ulong frame = 1; frame <= 30; frame++)
        {
            peer.SendBatch(TestPeer.Packet(channel.Id, 1, []), TestPeer.Packet(channel.Id, 2, []));
            _harness.StepWith(() =>
            {
                var component = _harness.World.Get<ConnectionComponent>(entity);
                Assert.That((component.PeerId, component.Connected), Is.EqualTo((peer.PeerId, true)));
                Assert.That(component.PacketsReceived, Is.EqualTo(1 + (2 * frame)));
                Assert.That(component.PacketsSent, Is.EqualTo(1 + (3 * (frame - 1))), "the Welcome and what former frames sent");
                Assert.That(component.LastActivity, Is.EqualTo((ulong)_harness.Time.GetUtcNow().ToUnixTimeMilliseconds()));
                for (ushort i = 0; i < 3; i++) channel.SendTo(entity, i, []).Unwrap();
            });
        }

        _harness.Step(20);
        Assert.That(
            _harness.World.Get<ConnectionComponent>(entity).LastActivity,
            Is.EqualTo((ulong)_harness.Time.GetUtcNow().AddSeconds(-20.0 / 60).ToUnixTimeMilliseconds()).Within(1));
    }

    [Test]
    public async Task The_totals_are_the_sum_of_what_links_moved()
    {
        var channel = _harness.System.RegisterPlugin("x").Unwrap();
        var peers = new[] { _harness.ConnectWithHello(), _harness.ConnectWithHello() };
        foreach (var peer in peers) _harness.Subscribe(peer, channel.Id);
        var before = Totals();
        foreach (var peer in peers) peer.Send(channel.Id, 1, new byte[100]);
        _harness.StepWith(() => channel.Send(2, new byte[1_000]).Unwrap());
        _harness.StepWith(() =>
        {
            var after = Totals();
            Assert.That(after.PacketsReceived - before.PacketsReceived, Is.EqualTo(2));
            Assert.That(after.BytesReceived - before.BytesReceived, Is.EqualTo(2 * 112));
            Assert.That(after.PacketsSent - before.PacketsSent, Is.EqualTo(2));
            Assert.That(after.BytesSent - before.BytesSent, Is.EqualTo(2 * (1_012 + 4)));
        });
        var stats = (await _harness.System.GetStatsAsync()).Unwrap();
        var totals = Totals();
        Assert.That((stats.PacketsSent, stats.PacketsReceived, stats.BytesSent, stats.BytesReceived), Is.EqualTo((totals.PacketsSent, totals.PacketsReceived, totals.BytesSent, totals.BytesReceived)));
        Assert.That((stats.ConnectionsActive, stats.ConnectionsAccepted, stats.PacketsDropped), Is.EqualTo((2, 2L, 0ul)));
    }

    [Test]
    public async Task The_average_latency_is_the_mean_of_the_measured_peers()
    {
        var slow = _harness.ConnectWithHello();
        var fast = _harness.ConnectWithHello();
        _harness.ConnectWithHello().AnswersPings = false;
        _harness.StepFor(TimeSpan.FromSeconds(1));
        fast.All();
        _harness.RunFrame();
        _harness.Time.Advance(TimeSpan.FromMilliseconds(100));
        slow.All();
        _harness.RunFrame();
        var connections = (await _harness.System.QueryConnectionsAsync()).Unwrap();
        var latencies = connections.Select(c => c.LatencyMs).Where(l => l > 0).ToList();
        Assert.That(latencies, Has.Count.EqualTo(2));
        Assert.That(latencies.Max() - latencies.Min(), Is.InRange(99, 101));
        Assert.That(Totals().AverageLatencyMs, Is.EqualTo((uint)latencies.Average(l => l)));
        Assert.That((await _harness.System.GetStatsAsync()).Unwrap().AverageLatencyMs, Is.EqualTo(Totals().AverageLatencyMs));
    }

    [Test]
    public async Task Links_that_came_and_went_stay_in_the_totals()
    {
        for (var i = 0; i < 5; i++)
        {
            _harness.ConnectWithHello().Client.Abort();
            _harness.Step(2);
        }

        var stats = (await _harness.System.GetStatsAsync()).Unwrap();
        Assert.That((stats.ConnectionsActive, stats.ConnectionsAccepted, stats.PacketsReceived, stats.PacketsSent), Is.EqualTo((0, 5L, 5ul, 5ul)));
        Assert.That(stats.Frame, Is.EqualTo(5 * 4));
    }

    private NetworkStatsComponent Totals()
    {
        var totals = default(NetworkStatsComponent);
        _harness.World.Query(new QueryDescription().WithAll<NetworkStatsComponent>(), (ref NetworkStatsComponent c) => totals = c);
        return totals;
    }
}
