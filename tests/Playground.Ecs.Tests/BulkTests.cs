namespace Playground.Ecs.Tests;

public class BulkTests : WorldTestBase
{
    private static readonly QueryDescription Positions = new QueryDescription().WithAll<Position>();
    private static readonly QueryDescription Healthy = new QueryDescription().WithAll<Health>();

    [Test]
    public void Destroy_ends_those_that_match_and_no_others()
    {
        var entities = Many(3000);
        var other = World.Create(new Health { Points = 4 });

        World.Destroy(Positions);

        Assert.That(World.Size, Is.EqualTo(1));
        Assert.That(entities.Any(World.IsAlive), Is.False);
        Assert.That(World.Get<Health>(other).Points, Is.EqualTo(4));
        Assert.That(World.CountEntities(Positions), Is.Zero);
    }

    [Test]
    public void A_world_is_usable_after_its_entities_were_destroyed()
    {
        for (var round = 0; round < 3; round++)
        {
            var entities = Many(2000);
            Assert.That(entities.Distinct().Count(), Is.EqualTo(2000));
            for (var i = 0; i < entities.Length; i++)
                Assert.That(World.Get<Position>(entities[i]).X, Is.EqualTo(i));
            World.Destroy(Positions);
        }
    }

    [Test]
    public void Set_overwrites_all_that_match()
    {
        var entities = Many(3000);

        World.Set(Positions, new Velocity { X = 8 });

        Assert.That(entities.All(entity => World.Get<Velocity>(entity).X == 8), Is.True);
        Assert.That(World.Get<Position>(entities[7]).X, Is.EqualTo(7));
    }

    [Test]
    public void Add_reaches_all_that_match_and_keeps_their_components()
    {
        var entities = Many(3000);
        var withTag = World.Create(new Position { X = -1 }, default(Frozen));

        World.Add(Positions, new Health { Points = 6 });

        Assert.That(World.CountEntities(Healthy), Is.EqualTo(3001));
        Assert.That(World.Get<Health>(withTag).Points, Is.EqualTo(6));
        for (var i = 0; i < entities.Length; i++)
        {
            Assert.That(World.Get<Position>(entities[i]).X, Is.EqualTo(i));
            Assert.That(World.Get<Health>(entities[i]).Points, Is.EqualTo(6));
        }
    }

    [Test]
    public void Add_leaves_those_alone_that_have_the_component()
    {
        Many(10);
        var healthy = World.Create(default(Position), default(Velocity), new Health { Points = 1 });

        World.Add(Positions, new Health { Points = 6 });

        Assert.That(World.Get<Health>(healthy).Points, Is.EqualTo(1));
        Assert.That(World.CountEntities(Healthy), Is.EqualTo(11));
    }

    [Test]
    public void Add_appends_to_those_that_were_there()
    {
        var before = World.Create(new Position { X = 500 }, default(Velocity), new Health { Points = 1 });
        var entities = Many(300);

        World.Add(new QueryDescription().WithAll<Position>().WithNone<Health>(), new Health { Points = 2 });

        Assert.That(World.Get<Health>(before).Points, Is.EqualTo(1));
        Assert.That(World.Get<Position>(before).X, Is.EqualTo(500));
        Assert.That(entities.All(entity => World.Get<Health>(entity).Points == 2), Is.True);
    }

    [Test]
    public void Remove_reaches_all_that_match_and_keeps_their_other_components()
    {
        var entities = Many(3000);
        World.Create(new Position { X = -1 });

        World.Remove<Velocity>(Positions);

        Assert.That(World.CountEntities(new QueryDescription().WithAll<Velocity>()), Is.Zero);
        Assert.That(World.CountEntities(Positions), Is.EqualTo(3001));
        for (var i = 0; i < entities.Length; i++)
            Assert.That(World.Get<Position>(entities[i]).X, Is.EqualTo(i));
    }

    [Test]
    public void Nothing_that_matches_is_no_error()
    {
        World.Destroy(Healthy);
        World.Set(Healthy, new Health { Points = 1 });
        World.Add(Healthy, new Position { X = 1 });
        World.Remove<Health>(Healthy);

        Assert.That(World.Size, Is.Zero);
    }
}
