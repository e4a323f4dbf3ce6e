using MessagePack;
using Playground.Demo.Arena;
using Playground.Demo.Tests.Interop;
using Playground.Ecs.Networking.Protocol;

namespace Playground.Demo.Tests.Arena;

/// <summary>Who is called what, over the network.</summary>
[TestFixture]
public sealed class NameTests
{
    private DemoHost _demo = null!;

    [SetUp]
    public async Task StartDemo() => _demo = await RunningDemo.StartAsync(new DemoOptions { Bots = 3 });

    [TearDown]
    public async Task StopDemo() => await _demo.DisposeAsync();

    [Test]
    public async Task Whoever_joins_is_told_all_names_and_the_others_its_own()
    {
        await using var ada = await JoinAsync();
        await SayNameAsync(ada, "  Ada ");
        Assert.That((await ReceiveNameAsync(ada, "Ada")).Peer, Is.EqualTo(ada.PeerId));

        await using var bob = await JoinAsync();
        Assert.That(bob.Names.Select(static player => player.Name), Is.EquivalentTo(new[] { "Ada", bob.PeerId }));
        Assert.That((await ReceiveNameAsync(ada, bob.PeerId)).Body, Is.EqualTo(bob.Body));

        await SayNameAsync(bob, "Bob");
        Assert.That((await ReceiveNameAsync(ada, "Bob")).Body, Is.EqualTo(bob.Body));
    }

    [Test]
    public async Task Who_only_watches_is_not_listed()
    {
        await using var watching = await ClientPeer.JoinAsync(_demo.WebSocketUri);
        await watching.SubscribeAsync("arena");
        await using var ada = await JoinAsync();

        Assert.That(ada.Names.Select(static player => player.Peer), Is.EqualTo(new[] { ada.PeerId }));
    }

    [Test]
    public async Task Names_that_are_none_are_counted_and_change_nothing()
    {
        await using var ada = await JoinAsync();
        await SayNameAsync(ada, "");
        await SayNameAsync(ada, new string('x', 25));
        await ada.Peer.SendAsync(new Packet(ada.Arena, ArenaPackets.Name, Priority.Normal, [0xFF, 0xFE]));
        await SayNameAsync(ada, "Ada");
        await ReceiveNameAsync(ada, "Ada");
        await _demo.Loop.StopAsync();

        Assert.That(_demo.Arena.Input.Refused, Is.EqualTo(3));
        Assert.That(_demo.Arena.Names.Unsent, Is.Zero);
    }

    private async Task<Player> JoinAsync()
    {
        var peer = await ClientPeer.OpenAsync(_demo.WebSocketUri);
        var welcome = await peer.HelloAsync();
        var arena = await peer.SubscribeAsync("arena");
        await peer.SendAsync(new Packet(arena, ArenaPackets.Join, Priority.Normal, []));
        ArenaIdentity? you = null;
        ArenaName[]? names = null;
        // In whichever order: one is reliable, the other is not.
        await peer.ReceiveAsync(p =>
        {
            if (p.Channel == arena && p.Type == ArenaPackets.You) you = MessagePackSerializer.Deserialize<ArenaIdentity>(p.Payload);
            if (p.Channel == arena && p.Type == ArenaPackets.Names) names ??= MessagePackSerializer.Deserialize<ArenaName[]>(p.Payload);
            return you is not null && names is not null;
        });
        return new Player(peer, arena, welcome.PeerId, you!.Value.Body, names!);
    }

    private static Task SayNameAsync(Player player, string name) =>
        player.Peer.SendAsync(new Packet(player.Arena, ArenaPackets.Name, Priority.Normal, System.Text.Encoding.UTF8.GetBytes(name)));

    private static async Task<ArenaName[]> ReceiveNamesAsync(Player player)
    {
        var packet = await player.Peer.ReceiveAsync(p => p.Channel == player.Arena && p.Type == ArenaPackets.Names);
        return MessagePackSerializer.Deserialize<ArenaName[]>(packet.Payload);
    }

    private static async Task<ArenaName> ReceiveNameAsync(Player player, string name)
    {
        while (true)
        {
            foreach (var one in await ReceiveNamesAsync(player))
            {
                if (one.Name == name) return one;
            }
        }
    }

    private sealed record Player(ClientPeer Peer, ChannelId Arena, string PeerId, ushort Body, ArenaName[] Names) : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => Peer.DisposeAsync();
    }
}
