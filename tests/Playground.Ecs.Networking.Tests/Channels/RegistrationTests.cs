using Playground.Ecs.Networking.Channels;
using Playground.Ecs.Networking.Components;
using Playground.Ecs.Networking.Links;
using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Testing.Frames;

namespace Playground.Ecs.Networking.Tests.Channels;

public sealed class RegistrationTests
{
    private static readonly QueryDescription AllChannels = new QueryDescription().WithAll<ChannelComponent>();

    private NetworkHarness _harness = null!;
    private NetworkingSystem _system = null!;

    [SetUp]
    public async Task Start()
    {
        _harness = await NetworkHarness.StartAsync();
        _system = _harness.System;
    }

    [TearDown]
    public async Task Stop() => await _harness.DisposeAsync();

    [TestCase(ChannelRange.Ide, 1000, 80)]
    [TestCase(ChannelRange.Game, 1100, 100)]
    [TestCase(ChannelRange.UiFramework, 1200, 10)]
    public void A_range_is_handed_out_to_its_last_id(ChannelRange range, int first, int count)
    {
        var options = new PluginOptions { Range = range };
        var ids = Enumerable.Range(0, count).Select(i => _system.RegisterPlugin($"p{i}", options).Unwrap().Id.Value).ToList();
        Assert.That(ids, Is.EquivalentTo(Enumerable.Range(first, count)));
        Assert.That(_system.RegisterPlugin("one more", options).Error, Is.InstanceOf<NetworkError.LimitExceeded>());

        _system.UnregisterAsync((ushort)(first + 3)).AsTask().GetAwaiter().GetResult().Unwrap();
        Assert.That(_system.RegisterPlugin("again", options).Unwrap().Id.Value, Is.EqualTo(first + 3));
    }

    [Test]
    public void Plugins_without_a_range_get_none_of_the_ids_given_on_request()
    {
        var ids = new List<int>();
        NetworkResult<Channel> result;
        while ((result = _system.RegisterPlugin($"p{ids.Count}")).IsOk) ids.Add(result.Value.Id.Value);
        Assert.That(result.Error, Is.InstanceOf<NetworkError.LimitExceeded>());
        Assert.That(ids, Is.EquivalentTo(Enumerable.Range(1080, 20).Concat(Enumerable.Range(1210, 790))));
    }

    [Test]
    public async Task A_freed_id_is_not_given_to_the_next_plugin_at_once()
    {
        var first = _system.RegisterPlugin("a").Unwrap().Id;
        (await _system.UnregisterAsync(first)).Unwrap();
        Assert.That(_system.RegisterPlugin("a").Unwrap().Id, Is.Not.EqualTo(first));
    }

    [Test]
    public void Names_and_system_ids_belong_to_one_channel()
    {
        _system.RegisterPlugin("a").Unwrap();
        _system.RegisterSystem("physics", 300).Unwrap();
        Assert.That(_system.RegisterPlugin("a").Error, Is.InstanceOf<NetworkError.AlreadyExists>());
        Assert.That(_system.RegisterPlugin("physics").Error, Is.InstanceOf<NetworkError.AlreadyExists>());
        Assert.That(_system.RegisterSystem("a", 301).Error, Is.InstanceOf<NetworkError.AlreadyExists>());
        Assert.That(_system.RegisterSystem("b", 300).Error, Is.InstanceOf<NetworkError.AlreadyExists>());
    }

    [Test]
    public void Systems_have_ids_from_1_to_999_only([Values(0, 1000, 1999, 2000, 2999, 3000, 65_535)] int id) =>
        Assert.That(_system.RegisterSystem("x", (ushort)id).Error, Is.InstanceOf<NetworkError.Forbidden>());

    [Test]
    public void Systems_may_have_the_first_and_the_last_of_their_ids([Values(1, 999)] int id) =>
        Assert.That(_system.RegisterSystem("x", (ushort)id).Unwrap().IsSystem);

    [TestCase("")]
    [TestCase("a\0b")]
    [TestCase("\u009f")]
    [TestCase(null)]
    public void Names_are_checked(string? name)
    {
        Assert.That(_system.RegisterPlugin(name!).Error, Is.InstanceOf<NetworkError.InvalidArgument>());
        Assert.That(_system.RegisterSystem(name!, 5).Error, Is.InstanceOf<NetworkError.InvalidArgument>());
    }

    [Test]
    public void Names_have_at_most_255_bytes()
    {
        Assert.That(_system.RegisterPlugin(new string('é', 127) + "x").IsOk);
        Assert.That(_system.RegisterPlugin(new string('é', 128)).Error, Is.InstanceOf<NetworkError.InvalidArgument>());
    }

    [Test]
    public async Task Channels_are_found_and_listed()
    {
        var plugin = _system.RegisterPlugin("a").Unwrap();
        _system.RegisterSystem("ui", 10).Unwrap();
        Assert.That(_system.FindChannel("a").Unwrap(), Is.SameAs(plugin));
        Assert.That(_system.FindChannel(plugin.Id).Unwrap(), Is.SameAs(plugin));
        Assert.That((await _system.FindChannelAsync("a")).Unwrap(), Is.EqualTo(plugin.Id));
        Assert.That((await _system.FindChannelAsync("b")).Error!.Message, Does.Contain("'b'"));
        Assert.That(_system.FindChannel(1_234).Error, Is.EqualTo(new NetworkError.ChannelNotFound(1_234)));
        Assert.That(
            (await _system.ListChannelsAsync()).Unwrap(),
            Is.EqualTo(new[] { new ChannelListing(10, "ui", true), new ChannelListing(plugin.Id, "a", false) }));
    }

    [Test]
    public async Task Every_channel_is_an_entity_until_it_is_unregistered()
    {
        var plugin = _system.RegisterPlugin("a").Unwrap();
        _system.RegisterSystem("ui", 10).Unwrap();
        Assert.That(Entities(), Is.EquivalentTo(new[] { (plugin.Id, "a", false), (new ChannelId(10), "ui", true) }));
        (await _system.UnregisterAsync(plugin.Id)).Unwrap();
        Assert.That(Entities(), Is.EqualTo(new[] { (new ChannelId(10), "ui", true) }));
        Assert.That((await _system.UnregisterAsync(plugin.Id)).Error, Is.EqualTo(new NetworkError.ChannelNotFound(plugin.Id)));
        Assert.That((await _system.UnregisterAsync(0)).Error, Is.InstanceOf<NetworkError.Forbidden>());
    }

    [Test]
    public async Task Channels_registered_before_the_start_become_entities_at_the_start()
    {
        var world = World.Create();
        await using var system = new NetworkingSystem(world, new NetworkingOptions { Transport = new MemoryTransport(), Mcp = null });
        system.RegisterPlugin("a").Unwrap();
        Assert.That(world.CountEntities(in AllChannels), Is.Zero);
        (await system.InitializeAsync()).Unwrap();
        Assert.That(world.CountEntities(in AllChannels), Is.EqualTo(1));
    }

    private List<(ChannelId, string, bool)> Entities()
    {
        var found = new List<(ChannelId, string, bool)>();
        _harness.World.Query(in AllChannels, (ref ChannelComponent c) => found.Add((c.ChannelId, c.ChannelName, c.IsSystem)));
        return found;
    }
}
