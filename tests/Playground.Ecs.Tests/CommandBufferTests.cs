namespace Playground.Ecs.Tests;

public class CommandBufferTests : WorldTestBase
{
    private static readonly QueryDescription Positions = new QueryDescription().WithAll<Position>();

    private CommandBuffer _commands = null!;

    [SetUp]
    public void CreateBuffer() => _commands = new CommandBuffer();

    [TearDown]
    public void DisposeBuffer() => _commands.Dispose();

    [Test]
    public void Nothing_happens_before_playback()
    {
        var entity = World.Create(new Position { X = 1 });

        _commands.Set(entity, new Position { X = 2 });
        _commands.Add(entity, new Health { Points = 3 });
        _commands.Destroy(World.Create(default(Velocity)));
        _commands.Create([typeof(Position)]);

        Assert.That(World.Size, Is.EqualTo(2));
        Assert.That(World.Get<Position>(entity).X, Is.EqualTo(1));
        _commands.Playback(World);
        Assert.That(World.Size, Is.EqualTo(2));
        Assert.That(World.Get<Position>(entity).X, Is.EqualTo(2));
        Assert.That(World.Get<Health>(entity).Points, Is.EqualTo(3));
    }

    [Test]
    public void A_placeholder_stands_for_the_entity_that_comes()
    {
        var placeholder = _commands.Create([typeof(Position), typeof(Velocity)]);
        _commands.Set(placeholder, new Position { X = 5 });
        _commands.Add(placeholder, new Health { Points = 6 });
        _commands.Remove<Velocity>(placeholder);
        var unwanted = _commands.Create([typeof(Position)]);
        _commands.Destroy(unwanted);

        _commands.Playback(World);

        Assert.That(placeholder.Id, Is.Negative);
        var entity = EntitiesOf(Positions).Single();
        Assert.That(World.Get<Position>(entity).X, Is.EqualTo(5));
        Assert.That(World.Get<Health>(entity).Points, Is.EqualTo(6));
        Assert.That(World.Has<Velocity>(entity), Is.False);
    }

    [Test]
    public void Adds_come_before_sets_before_removes_before_destroys()
    {
        var entity = World.Create(default(Position));
        var doomed = World.Create(default(Position));

        _commands.Destroy(doomed);
        _commands.Remove<Velocity>(entity);
        _commands.Set(entity, new Health { Points = 2 });
        _commands.Set(doomed, new Position { X = 1 });
        _commands.Add(entity, new Velocity { X = 1 });
        _commands.Add<Health>(entity);
        _commands.Set(entity, new Health { Points = 4 });
        _commands.Playback(World);

        Assert.That(World.Has<Velocity>(entity), Is.False);
        Assert.That(World.Get<Health>(entity).Points, Is.EqualTo(4));
        Assert.That(World.IsAlive(doomed), Is.False);
    }

    [Test]
    public void The_value_recorded_last_wins_over_adds_and_sets()
    {
        var entity = World.Create(default(Position));

        _commands.Set(entity, new Health { Points = 1 });
        _commands.Add(entity, new Health { Points = 2 });
        _commands.Playback(World);

        Assert.That(World.Get<Health>(entity).Points, Is.EqualTo(2));
    }

    [Test]
    public void Asking_twice_is_the_same_as_once()
    {
        var entity = World.Create(default(Position), default(Velocity));

        _commands.Add(entity, new Health { Points = 1 });
        _commands.Add(entity, new Health { Points = 2 });
        _commands.Remove<Velocity>(entity);
        _commands.Remove<Velocity>(entity);
        _commands.Playback(World);

        Assert.That(World.Get<Health>(entity).Points, Is.EqualTo(2));
        Assert.That(World.Has<Velocity>(entity), Is.False);
    }

    [Test]
    public void A_buffer_starts_anew_after_playback()
    {
        var entity = World.Create(default(Position));
        _commands.Add(entity, new Health { Points = 1 });
        _commands.Create([typeof(Velocity)]);
        _commands.Playback(World);
        World.Set(entity, new Health { Points = 9 });

        _commands.Playback(World);

        Assert.That(World.Size, Is.EqualTo(2));
        Assert.That(World.Get<Health>(entity).Points, Is.EqualTo(9));
    }

    [Test]
    public void A_kept_recording_plays_again()
    {
        var placeholder = _commands.Create([typeof(Position)]);
        _commands.Set(placeholder, new Position { X = 3 });

        _commands.Playback(World, dispose: false);
        _commands.Playback(World);

        Assert.That(EntitiesOf(Positions).Select(entity => World.Get<Position>(entity).X), Is.EqualTo(Enumerable.Repeat(3, 2)));
    }

    [Test]
    public void Changes_to_the_queried_entities_can_be_recorded_inside_the_query()
    {
        Many(2000);

        World.Query(Positions, (Entity entity, ref Position position) =>
        {
            if (position.X % 2 == 0)
                _commands.Destroy(entity);
            else
                _commands.Add(entity, new Health { Points = position.X });
            var born = _commands.Create([typeof(Position)]);
            _commands.Set(born, new Position { X = -1 });
        });
        _commands.Playback(World);

        Assert.That(World.Size, Is.EqualTo(3000));
        Assert.That(World.CountEntities(new QueryDescription().WithAll<Health>()), Is.EqualTo(1000));
        World.Query(new QueryDescription().WithAll<Health>(), (ref Position position, ref Health health) =>
            Assert.That(health.Points, Is.EqualTo(position.X)));
    }

    [Test]
    public void More_commands_than_the_initial_capacity_are_kept()
    {
        var entities = Many(1000);
        using var small = new CommandBuffer(1);

        foreach (var entity in entities)
        {
            small.Add(entity, new Health { Points = entity.Id });
            small.Add(entity, new C0 { Value = 1 });
        }

        small.Playback(World);
        Assert.That(entities.All(entity => World.Get<Health>(entity).Points == entity.Id && World.Has<C0>(entity)), Is.True);
    }

    [Test]
    [Category(EmbeddedOnly)]
    [Description("Arch's buffer loses count of its entities, and throws at the next playback.")]
    public void A_disposed_buffer_has_forgotten_its_commands_and_records_on()
    {
        var entity = World.Create(default(Position));
        _commands.Destroy(entity);

        _commands.Dispose();
        _commands.Add(entity, new Health { Points = 1 });
        _commands.Playback(World);

        Assert.That(World.IsAlive(entity) && World.Get<Health>(entity).Points == 1);
    }

    [Test]
    [Category(EmbeddedOnly)]
    [Description("Arch throws NullReferenceException in the middle of the playback.")]
    public void Commands_for_the_dead_are_skipped()
    {
        var dead = World.Create(default(Position), default(Velocity));
        var alive = World.Create(default(Position));
        _commands.Add(dead, default(Health));
        _commands.Set(dead, new Position { X = 1 });
        _commands.Remove<Velocity>(dead);
        _commands.Destroy(dead);
        _commands.Destroy(dead);
        _commands.Add(alive, new Health { Points = 1 });
        World.Destroy(dead);
        var successor = World.Create(new Position { X = 7 });

        _commands.Playback(World);

        Assert.That(World.Get<Health>(alive).Points, Is.EqualTo(1));
        Assert.That(World.Get<Position>(successor).X, Is.EqualTo(7));
        Assert.That(World.Size, Is.EqualTo(2));
    }

    [Test]
    [Category(EmbeddedOnly)]
    [Description("Arch moves the entity within its archetype, which corrupts it.")]
    public void An_add_of_what_is_there_overwrites_and_a_remove_of_what_is_not_does_nothing()
    {
        var entity = World.Create(new Position { X = 1 });

        _commands.Add(entity, new Position { X = 2 });
        _commands.Remove<Velocity>(entity);
        _commands.Playback(World);

        Assert.That(World.Get<Position>(entity).X, Is.EqualTo(2));
    }

    [Test]
    [Category(EmbeddedOnly)]
    [Description("Arch writes to other memory.")]
    public void A_set_of_what_is_not_there_throws_and_ends_the_recording()
    {
        var entity = World.Create(default(Position));
        _commands.Set(entity, new Health { Points = 1 });

        Assert.That(() => _commands.Playback(World), Throws.InvalidOperationException.With.Message.Contains(nameof(Health)));
        Assert.That(() => _commands.Playback(World), Throws.Nothing);
    }

    [Test]
    [Category(EmbeddedOnly)]
    [Description("Arch takes the number for one of its own placeholders.")]
    public void Placeholders_of_another_buffer_or_of_an_earlier_playback_throw()
    {
        using var other = new CommandBuffer();
        var foreign = other.Create([typeof(Position)]);
        var old = _commands.Create([typeof(Position)]);
        _commands.Playback(World);
        _commands.Create([typeof(Position)]);

        Assert.That(() => _commands.Set(foreign, default(Position)), Throws.ArgumentException);
        Assert.That(() => _commands.Add(foreign, default(Health)), Throws.ArgumentException);
        Assert.That(() => _commands.Remove<Position>(old), Throws.ArgumentException);
        Assert.That(() => _commands.Destroy(old), Throws.ArgumentException);
        _commands.Playback(World);
    }
}
