using Playground.Demo.Arena;
using Playground.Ecs.Networking.Components;

namespace Playground.Demo.Tests.Arena;

[TestFixture]
public sealed class PlayerSystemTests
{
    private static readonly QueryDescription Bodies = new QueryDescription().WithAll<Body, Position, Velocity, Pilot>();

    private World _world = null!;
    private PlayerSystem _players = null!;

    [SetUp]
    public void SetUp()
    {
        _world = World.Create();
        _players = new PlayerSystem(_world, new BodyNumbers(), seed: 1);
    }

    [TearDown]
    public void TearDown()
    {
        _players.Dispose();
        _world.Dispose();
    }

    [Test]
    public void A_connected_peer_gets_one_body_and_keeps_it()
    {
        var connection = Connect();
        Frame();
        var body = _world.Get<Avatar>(connection).Body;
        Frame();
        Assert.That((_players.Count, _world.CountEntities(Bodies)), Is.EqualTo((1, 1)));
        Assert.That(_world.Get<Avatar>(connection).Body, Is.EqualTo(body));
        Assert.That(_world.Get<Pilot>(body).Connection, Is.EqualTo(connection));
        Assert.That(_world.Get<Body>(body).Kind, Is.EqualTo(BodyKind.Player));
    }

    [Test]
    public void A_peer_without_a_link_has_no_body()
    {
        var connection = Connect(connected: false);
        Frame();
        Assert.That((_players.Count, _world.Has<Avatar>(connection)), Is.EqualTo((0, false)));
    }

    [Test]
    public void The_body_stays_while_the_peer_may_come_back()
    {
        var connection = Connect();
        Frame();
        var body = _world.Get<Avatar>(connection).Body;
        _world.Get<ConnectionComponent>(connection).Connected = false;
        Frame();
        _world.Get<ConnectionComponent>(connection).Connected = true;
        Frame();
        Assert.That((_players.Count, _world.Get<Avatar>(connection).Body), Is.EqualTo((1, body)));
        _world.Destroy(connection);
        Frame();
        Assert.That((_players.Count, _world.CountEntities(Bodies)), Is.EqualTo((0, 0)));
    }

    [Test]
    public void The_body_goes_with_the_connection_even_when_its_entity_id_is_reused_at_once()
    {
        var first = Connect();
        Frame();
        var body = _world.Get<Avatar>(first).Body;
        _world.Destroy(first);
        var second = Connect();
        Frame();
        Assert.That(_world.IsAlive(body), Is.False);
        Assert.That((_players.Count, _world.CountEntities(Bodies)), Is.EqualTo((1, 1)));
        Assert.That(_world.Get<Pilot>(_world.Get<Avatar>(second).Body).Connection, Is.EqualTo(second));
    }

    [Test]
    public void Many_come_and_go_in_one_frame()
    {
        var connections = Enumerable.Range(0, 100).Select(_ => Connect()).ToArray();
        Frame();
        foreach (var connection in connections.Where((_, i) => i % 2 == 0))
        {
            _world.Destroy(connection);
        }

        Connect();
        Frame();
        Assert.That((_players.Count, _world.CountEntities(Bodies)), Is.EqualTo((51, 51)));
        Assert.That(Numbers(), Is.Unique.And.Length.EqualTo(51));
    }

    [Test]
    public void Numbers_are_reused_as_late_as_possible_and_never_while_taken()
    {
        var numbers = new BodyNumbers();
        var kept = numbers.Take();
        for (var i = 0; i < 70_000; i++)
        {
            var number = numbers.Take();
            Assert.That(number, Is.Not.EqualTo(kept).And.Not.Zero);
            numbers.Return(number);
        }

        numbers.Return(kept);
    }

    private ushort[] Numbers()
    {
        var numbers = new List<ushort>();
        _world.Query(in Bodies, (ref Body body) => numbers.Add(body.Number));
        return [.. numbers];
    }

    private Entity Connect(bool connected = true) => _world.Create(new ConnectionComponent { PeerId = "peer", Connected = connected });

    private void Frame() => _players.Update(1 / 60f);
}
