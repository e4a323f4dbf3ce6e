namespace Playground.Ecs.Tests;

/// <summary>A new world for each test.</summary>
public abstract class WorldTestBase
{
    /// <summary>
    /// Marks a test of behaviour that Arch does not have and that code must not depend on; the Arch flavour leaves it out.
    /// </summary>
    protected const string EmbeddedOnly = "EmbeddedOnly";

    protected World World { get; private set; } = null!;

    [SetUp]
    public void CreateWorld() => World = World.Create();

    [TearDown]
    public void DestroyWorld() => World.Dispose();

    protected Entity[] Many(int count)
    {
        var entities = new Entity[count];
        for (var i = 0; i < count; i++)
            entities[i] = World.Create(new Position { X = i, Y = -i }, new Velocity { X = 1 });
        return entities;
    }

    protected Entity[] EntitiesOf(in QueryDescription description)
    {
        var found = new Entity[World.CountEntities(description)];
        World.GetEntities(description, found);
        return found;
    }
}
