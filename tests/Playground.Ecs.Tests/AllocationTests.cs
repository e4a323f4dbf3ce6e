namespace Playground.Ecs.Tests;

/// <summary>Once capacity exists, the calls of a frame allocate nothing.</summary>
[Category(EmbeddedOnly)]
[Description("Arch's command buffer and its queries of several lambdas allocate.")]
public class AllocationTests : WorldTestBase
{
    private const int Count = 2000;

    private static readonly QueryDescription Positions = new QueryDescription().WithAll<Position>().WithNone<Frozen>();
    private static readonly QueryDescription Marked = new QueryDescription().WithAll<Label>();
    private static readonly ComponentType[] BornTypes = [typeof(Position), typeof(Label)];
    private static readonly Signature BornSignature = new(typeof(Position), typeof(Health));

    private readonly Entity[] _list = new Entity[Count];
    private Entity[] _entities = [];

    [SetUp]
    public void Populate() => _entities = Many(Count);

    [Test]
    public void Queries() => ExpectNothing(() =>
    {
        World.Query(Positions, static (ref Position position) => position.X++);
        World.Query(Positions, static (Entity _, ref Position position, ref Velocity velocity) => position.X += velocity.X);
        var step = default(Step);
        World.InlineQuery<Step, Position>(Positions, ref step);
        World.InlineEntityQuery<Step, Position>(Positions, ref step);
        foreach (ref var chunk in World.Query(Positions))
        {
            foreach (ref var position in chunk.GetSpan<Position>()[..chunk.Count])
                position.Y++;
        }

        World.CountEntities(Positions);
        World.GetEntities(Positions, _list);
    });

    [Test]
    public void Descriptions_made_on_the_spot() => ExpectNothing(() =>
        World.CountEntities(new QueryDescription().WithAll<Position, Velocity>().WithAny<Health, Velocity>().WithNone<Frozen>()));

    [Test]
    public void Access() => ExpectNothing(() =>
    {
        foreach (var entity in _entities)
        {
            World.Get<Position>(entity).X++;
            World.Set(entity, new Position { X = 1 }, new Velocity { X = 1 });
            World.TryGet(entity, out Position _);
            World.TryGetRef<Health>(entity, out _);
            World.Has<Position, Velocity>(entity);
            World.IsAlive(entity);
            World.GetSignature(entity);
        }
    });

    [Test]
    public void Adds_and_removes() => ExpectNothing(() =>
    {
        foreach (var entity in _entities)
            World.Add(entity, new Label { Text = this }, new Health { Points = 1 });
        foreach (var entity in _entities)
            World.AddOrGet(entity, new C0 { Value = 1 });
        foreach (var entity in _entities)
            World.Remove<Label, Health>(entity);
        foreach (var entity in _entities)
            World.Remove<C0>(entity);
    });

    [Test]
    public void Creates_and_destroys() => ExpectNothing(() =>
    {
        foreach (var entity in _entities)
            World.Destroy(entity);
        for (var i = 0; i < Count; i++)
            _entities[i] = World.Create(new Position { X = i }, default(Velocity));
        for (var i = 0; i < 10; i++)
        {
            World.Destroy(World.Create(BornTypes));
            World.Destroy(World.Create(BornSignature));
        }
    });

    [Test]
    public void Bulk_changes() => ExpectNothing(() =>
    {
        World.Set(Positions, new Velocity { X = 1 });
        World.Add(Positions, new Label { Text = this });
        World.Remove<Label>(Marked);
        World.Destroy(Positions);
        for (var i = 0; i < Count; i++)
            _entities[i] = World.Create(new Position { X = i }, default(Velocity));
    });

    [Test]
    public void Command_buffers()
    {
        var commands = new CommandBuffer();
        ExpectNothing(() =>
        {
            foreach (var entity in _entities)
            {
                commands.Set(entity, new Position { X = 1 });
                commands.Add(entity, new Label { Text = this });
                commands.Add(entity, new Health { Points = 1 });
                commands.Destroy(commands.Create(BornTypes));
            }

            commands.Playback(World);
            foreach (var entity in _entities)
            {
                commands.Remove<Label>(entity);
                commands.Remove<Health>(entity);
            }

            commands.Playback(World);
        });
    }

    [Test]
    public void Groups()
    {
        using var group = new Group<float>("game", new Idle(World), new Idle(World));
        ExpectNothing(() =>
        {
            group.BeforeUpdate(1);
            group.Update(1);
            group.AfterUpdate(1);
        });
    }

    private static void ExpectNothing(Action frame)
    {
        for (var i = 0; i < 3; i++)
            frame();

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 3; i++)
            frame();
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.That(allocated, Is.Zero);
    }

    private struct Step : IForEach<Position>, IForEachWithEntity<Position>
    {
        public readonly void Update(ref Position position) => position.X++;

        public readonly void Update(Entity entity, ref Position position) => position.X++;
    }

    private sealed class Idle(World world) : BaseSystem<World, float>(world);
}
