namespace Playground.Ecs.Tests;

public class EntityTests : WorldTestBase
{
    [Test]
    public void Copies_of_a_handle_are_equal_and_hash_alike()
    {
        var entity = World.Create(default(Position));
        var copy = entity;

        Assert.That(copy == entity, Is.True);
        Assert.That(copy != entity, Is.False);
        Assert.That(copy.Equals((object)entity), Is.True);
        Assert.That(copy.GetHashCode(), Is.EqualTo(entity.GetHashCode()));
        Assert.That(copy.CompareTo(entity), Is.Zero);
    }

    [Test]
    public void Handles_of_different_entities_differ_and_sort_one_way()
    {
        var first = World.Create(default(Position));
        var second = World.Create(default(Position));

        Assert.That(first == second, Is.False);
        Assert.That(first.Equals("no entity"), Is.False);
        Assert.That(first.CompareTo(second), Is.Negative);
        Assert.That(second.CompareTo(first), Is.Positive);
    }

    [Test]
    public void A_handle_knows_its_world()
    {
        var entity = World.Create(default(Position));

        Assert.That(entity.WorldId, Is.EqualTo(World.Id));
        Assert.That(entity.Id, Is.Not.Negative);
    }

    [Test]
    public void Null_and_a_new_handle_are_no_entity()
    {
        World.Create(default(Position));

        Assert.That(Entity.Null.Id, Is.EqualTo(-1));
        Assert.That(new Entity().Id, Is.EqualTo(-1));
        Assert.That(World.IsAlive(Entity.Null), Is.False);
    }

    [Test]
    public void A_dead_entity_and_its_successor_differ()
    {
        var dead = World.Create(default(Position));
        World.Destroy(dead);
        var successor = World.Create(default(Position));

        Assert.That(successor.Id, Is.EqualTo(dead.Id));
        Assert.That(successor.Version, Is.Not.EqualTo(dead.Version));
        Assert.That(successor == dead, Is.False);
    }

    [Test]
    [Category(EmbeddedOnly)]
    [Description("default(Entity) has id 0, and Arch's check of a version 0 is not told; here it matches nothing.")]
    public void The_default_handle_is_never_alive()
    {
        Assert.That(World.IsAlive(default), Is.False);
        World.Create(default(Position));
        Assert.That(World.IsAlive(default), Is.False);
    }

    [Test]
    public void The_text_tells_the_id()
    {
        var entity = World.Create(default(Position));

        Assert.That(entity.ToString(), Does.Contain($"Id = {entity.Id}"));
    }
}
