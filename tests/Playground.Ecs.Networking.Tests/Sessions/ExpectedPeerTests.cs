using Playground.Ecs.Networking.Components;
using Playground.Ecs.Networking.Testing.Frames;

namespace Playground.Ecs.Networking.Tests.Sessions;

/// <summary>Entities made by CreateConnectionAsync for peers that are expected.</summary>
public sealed class ExpectedPeerTests
{
    [Test]
    public async Task A_peer_that_says_the_name_is_bound_where_the_option_allows_it()
    {
        await using var harness = await NetworkHarness.StartAsync(new NetworkingOptions { BindByClientName = true });
        var entity = (await harness.System.CreateConnectionAsync("peer_123")).Unwrap();
        var peer = harness.ConnectWithHello("peer_123");
        Assert.That(peer.PeerId, Is.EqualTo("peer_123"));
        Assert.That(await harness.EntityOfAsync("peer_123"), Is.EqualTo(entity));
        Assert.That(harness.World.Get<ConnectionComponent>(entity).Connected);

        var second = harness.ConnectWithHello("peer_123");
        Assert.That(second.PeerId, Is.EqualTo("peer_123#2"));
    }

    [Test]
    public async Task Without_the_option_a_client_name_is_a_label_only()
    {
        await using var harness = await NetworkHarness.StartAsync();
        var entity = (await harness.System.CreateConnectionAsync("peer_123")).Unwrap();
        var peer = harness.ConnectWithHello("peer_123");
        Assert.That((peer.PeerId, harness.World.Get<ConnectionComponent>(entity).Connected), Is.EqualTo(("peer-1", false)));
    }

    [Test]
    public async Task The_entity_outlives_its_link_with_its_last_counts_and_is_bound_again()
    {
        await using var harness = await NetworkHarness.StartAsync(new NetworkingOptions { BindByClientName = true });
        var entity = (await harness.System.CreateConnectionAsync("hal")).Unwrap();
        var peer = harness.ConnectWithHello("hal");
        peer.Client.Close(1000);
        harness.StepFor(harness.Options.ResumeWindow * 1.01);
        Assert.That(harness.World.Get<ConnectionComponent>(entity).Connected, Is.False);
        Assert.That(harness.World.Get<ConnectionComponent>(entity).PacketsReceived, Is.EqualTo(1));
        Assert.That((await harness.System.QueryConnectionsAsync()).Unwrap().Single().Connected, Is.False);

        Assert.That(harness.ConnectWithHello("hal").PeerId, Is.EqualTo("hal"));
        Assert.That((await harness.System.QueryConnectionsAsync()).Unwrap().Single(), Has.Property("Entity").EqualTo(entity).And.Property("Connected").True);
    }

    [Test]
    public async Task A_peer_that_nobody_expects_any_more_gets_an_entity_of_its_own()
    {
        await using var harness = await NetworkHarness.StartAsync(new NetworkingOptions { BindByClientName = true });
        var entity = (await harness.System.CreateConnectionAsync("ida")).Unwrap();
        harness.World.Destroy(entity);
        var peer = harness.ConnectWithHello("ida");
        var snapshot = (await harness.System.QueryConnectionsAsync()).Unwrap().Single();
        Assert.That((snapshot.Connected, snapshot.PeerId), Is.EqualTo((true, peer.PeerId)));
        Assert.That(snapshot.Entity, Is.Not.EqualTo(entity));
    }

    [Test]
    public async Task A_late_Hello_still_binds()
    {
        await using var harness = await NetworkHarness.StartAsync(new NetworkingOptions { BindByClientName = true });
        var entity = (await harness.System.CreateConnectionAsync("joe")).Unwrap();
        var peer = harness.Connect();
        harness.StepFor(TimeSpan.FromSeconds(1.5));
        peer.Hello("joe");
        harness.Step();
        peer.TakeWelcome();
        var snapshot = (await harness.System.QueryConnectionsAsync()).Unwrap().Single();
        Assert.That((snapshot.Entity, snapshot.PeerId, snapshot.Connected, peer.PeerId), Is.EqualTo((entity, "joe", true, "joe")));
    }

    [Test]
    public async Task Two_entities_are_not_made_for_one_peer_and_ids_are_names()
    {
        await using var harness = await NetworkHarness.StartAsync();
        (await harness.System.CreateConnectionAsync("kim")).Unwrap();
        Assert.That((await harness.System.CreateConnectionAsync("kim")).Error, Is.InstanceOf<NetworkError.AlreadyExists>());
        var peer = harness.ConnectWithHello();
        Assert.That((await harness.System.CreateConnectionAsync(peer.PeerId)).Error, Is.InstanceOf<NetworkError.AlreadyExists>());
        Assert.That((await harness.System.CreateConnectionAsync("a\tb")).Error, Is.InstanceOf<NetworkError.InvalidArgument>());
        Assert.That((await harness.System.CreateConnectionAsync(null!)).Error, Is.InstanceOf<NetworkError.InvalidArgument>());
    }

    [Test]
    public async Task Nothing_can_be_sent_to_who_is_only_expected()
    {
        await using var harness = await NetworkHarness.StartAsync();
        var channel = harness.System.RegisterPlugin("x").Unwrap();
        var entity = (await harness.System.CreateConnectionAsync("lea")).Unwrap();
        Assert.That(channel.SendTo(entity, 1, []).Error, Is.InstanceOf<NetworkError.NotConnected>());
    }
}
