using Playground.Ecs.Networking.Components;
using Playground.Ecs.Networking.Testing.Frames;

namespace Playground.Ecs.Networking.Tests.Diagnostics;

/// <summary>The world is the application's: whatever it does to the networking's entities, the frame goes on and no other entity suffers.</summary>
public sealed class ForeignHandsTests
{
    private static readonly QueryDescription Stats = new QueryDescription().WithAll<NetworkStatsComponent>();

    private NetworkHarness _harness = null!;

    [SetUp]
    public async Task Start() => _harness = await NetworkHarness.StartAsync();

    [TearDown]
    public async Task Stop() => await _harness.DisposeAsync();

    [Test]
    public async Task A_connection_without_its_component_is_served_until_it_ends()
    {
        var channel = _harness.System.RegisterPlugin("x").Unwrap();
        var peer = SessionPeer.Connect(_harness);
        var entity = peer.Entity();
        _harness.World.Remove<ConnectionComponent>(entity);

        _harness.StepWith(() => channel.SendTo(entity, 1, [1]).Unwrap());
        peer.Take();
        peer.Cut();
        peer.Resume();
        _harness.StepWith(() => channel.SendTo(entity, 2, [2]).Unwrap());
        peer.Take();
        Assert.That(peer.Packets.Where(p => p.Channel == channel.Id).Select(p => p.Type), Is.EqualTo(new[] { 1, 2 }));
        peer.SayGoodbye();
        _harness.Step(2);
        Assert.That(_harness.World.IsAlive(entity), Is.False);
        Assert.That((await _harness.System.GetStatsAsync()).Unwrap().ConnectionsActive, Is.Zero);
    }

    [Test]
    public async Task An_expected_peer_whose_entity_was_taken_apart_gets_another()
    {
        await using var harness = await NetworkHarness.StartAsync(new NetworkingOptions { BindByClientName = true });
        var expected = (await harness.System.CreateConnectionAsync("ann")).Unwrap();
        harness.World.Remove<ConnectionComponent>(expected);

        harness.ConnectWithHello("ann").Client.Abort();
        Assert.That((await harness.System.QueryConnectionsAsync()).Unwrap().Single().Entity, Is.Not.EqualTo(expected));
        harness.StepFor(TimeSpan.FromSeconds(31));
        Assert.That(harness.World.IsAlive(expected), "the application's, now");
    }

    [Test]
    public async Task An_expected_peers_entity_may_be_taken_apart_while_it_is_served()
    {
        await using var harness = await NetworkHarness.StartAsync(new NetworkingOptions { BindByClientName = true });
        var expected = (await harness.System.CreateConnectionAsync("ann")).Unwrap();
        var peer = harness.ConnectWithHello("ann");
        harness.World.Remove<ConnectionComponent>(expected);

        peer.Client.Abort();
        harness.StepFor(TimeSpan.FromSeconds(31));
        Assert.That((await harness.System.GetStatsAsync()).Unwrap().ConnectionsActive, Is.Zero);
        Assert.That(harness.World.IsAlive(expected));
    }

    [Test]
    public async Task Statistics_without_their_component_are_still_told_to_who_asks()
    {
        var found = new Entity[1];
        _harness.World.GetEntities(Stats, found);
        _harness.World.Remove<NetworkStatsComponent>(found[0]);

        _harness.ConnectWithHello();
        _harness.Step();
        Assert.That((await _harness.System.GetStatsAsync()).Unwrap().ConnectionsActive, Is.EqualTo(1));
        Assert.That(_harness.World.CountEntities(Stats), Is.Zero);
    }

    [Test]
    public async Task Another_worlds_entity_is_nobodys_connection()
    {
        var channel = _harness.System.RegisterPlugin("x").Unwrap();
        await using var other = await NetworkHarness.StartAsync();
        var here = await _harness.EntityOfAsync(_harness.ConnectWithHello().PeerId);
        var there = await other.EntityOfAsync(other.ConnectWithHello().PeerId);

        Assert.That(here, Is.Not.EqualTo(there));
        _harness.StepWith(() =>
        {
            Assert.That(channel.SendTo(there, 1, []).Error, Is.InstanceOf<NetworkError.NotConnected>());
            Assert.That(channel.SendTo(here, 1, []).IsOk);
            Assert.That(channel.SendTo(there, 1, []).Error, Is.InstanceOf<NetworkError.NotConnected>());
        });
    }
}
