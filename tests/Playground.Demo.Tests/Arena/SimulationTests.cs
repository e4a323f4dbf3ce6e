using System.Buffers.Binary;
using Playground.Demo.Arena;
using Playground.Ecs.Networking;
using Playground.Ecs.Networking.Components;

namespace Playground.Demo.Tests.Arena;

[TestFixture]
public sealed class SimulationTests
{
    private const float Step = 1 / 60f;

    [Test]
    public void The_same_seed_gives_the_same_arena_and_another_one_does_not()
    {
        var first = SnapshotAfter(600, seed: 7);
        var second = SnapshotAfter(600, seed: 7);
        Assert.That(second, Is.EqualTo(first));
        Assert.That(SnapshotAfter(600, seed: 8), Is.Not.EqualTo(first));
    }

    [Test]
    public void Bodies_move_and_stay_between_the_walls()
    {
        using var field = new Field(bots: 200, seed: 3);
        var before = field.Snapshot();
        var outside = 0;
        for (var i = 0; i < 3_600; i++)
        {
            field.Frame();
            field.World.Query(in Field.Positions, (ref Position at) => outside += IsInside(at) ? 0 : 1);
        }

        Assert.That(outside, Is.Zero);
        Assert.That(field.Snapshot(), Is.Not.EqualTo(before));
    }

    [Test]
    public void A_player_moves_as_its_input_says()
    {
        using var field = new Field(bots: 0, seed: 3);
        var connection = field.Connect();
        field.Frame();
        var body = field.World.Get<Avatar>(connection).Body;
        field.World.Set(body, new Position { X = 100, Y = 200 });
        ref var pilot = ref field.World.Get<Pilot>(body);
        (pilot.MoveX, pilot.MoveY) = (1, -0.5f);
        field.Frames(60);
        var at = field.World.Get<Position>(body);
        Assert.That(at.X, Is.EqualTo(100 + ArenaField.PlayerSpeed).Within(0.5f));
        Assert.That(at.Y, Is.EqualTo(200 - (ArenaField.PlayerSpeed / 2)).Within(0.5f));
    }

    [Test]
    public void A_snapshot_has_the_documented_layout()
    {
        using var field = new Field(bots: 0, seed: 3);
        var connection = field.Connect();
        field.Frame();
        var body = field.World.Get<Avatar>(connection).Body;
        field.World.Set(body, new Position { X = ArenaField.Width, Y = 0 });
        field.World.Set(body, new Body { Number = 0x1234, Kind = BodyKind.Player, Hue = 99 });

        var bytes = field.Snapshot();
        Assert.That(bytes, Has.Length.EqualTo(16));
        Assert.That(BinaryPrimitives.ReadUInt32LittleEndian(bytes), Is.EqualTo(field.Systems.Publishing.Frame));
        Assert.That(bytes[4..], Is.EqualTo<byte>([1, 0, 0, 0, 0x34, 0x12, 0xFF, 0xFF, 0, 0, 1, 99]));
    }

    [Test]
    public void Two_hundred_bots_and_a_hundred_players_cost_no_allocation()
    {
        using var field = new Field(bots: 200, seed: 3);
        for (var i = 0; i < 100; i++)
        {
            field.Connect();
        }

        field.Frames(10);
        var before = GC.GetAllocatedBytesForCurrentThread();
        field.Frames(600);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    private static bool IsInside(in Position at) => at.X is >= 0 and <= ArenaField.Width && at.Y is >= 0 and <= ArenaField.Height;

    private static byte[] SnapshotAfter(int frames, uint seed)
    {
        using var field = new Field(bots: 200, seed);
        field.Frames(frames);
        return field.Snapshot();
    }

    /// <summary>The arena's systems with connections made by hand and a network that never starts.</summary>
    private sealed class Field : IDisposable
    {
        public static readonly QueryDescription Positions = new QueryDescription().WithAll<Position>();

        private readonly Group<float> _group;

        public Field(int bots, uint seed)
        {
            World = World.Create();
            Systems = new ArenaSystems(World, new NetworkingSystem(World), bots, seed);
            _group = new Group<float>("arena", Systems.InOrder);
            _group.Initialize();
        }

        public World World { get; }

        public ArenaSystems Systems { get; }

        public Entity Connect() => World.Create(new ConnectionComponent { PeerId = "peer", Connected = true });

        public void Frame() => Frames(1);

        public void Frames(int count)
        {
            for (var i = 0; i < count; i++)
            {
                _group.BeforeUpdate(Step);
                _group.Update(Step);
                Systems.Publishing.Write();
                _group.AfterUpdate(Step);
            }
        }

        public byte[] Snapshot() => Systems.Publishing.Write().ToArray();

        public void Dispose()
        {
            _group.Dispose();
            World.Destroy(World);
        }
    }
}
