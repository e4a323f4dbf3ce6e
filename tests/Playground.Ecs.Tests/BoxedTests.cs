namespace Playground.Ecs.Tests;

public class BoxedTests : WorldTestBase
{
    [Test]
    public void A_signature_tells_what_an_entity_is_made_of()
    {
        var entity = World.Create(default(Position), new Inventory(), default(Frozen));

        var signature = World.GetSignature(entity);

        Assert.That(signature.Count, Is.EqualTo(3));
        var types = new List<Type>();
        foreach (var component in signature.Components)
            types.Add(component.Type);
        Assert.That(types, Is.EquivalentTo(new[] { typeof(Position), typeof(Inventory), typeof(Frozen) }));
    }

    [Test]
    public void Signatures_are_equal_in_any_order()
    {
        var one = new Signature(typeof(Position), typeof(Velocity));
        var two = new Signature(typeof(Velocity), typeof(Position));
        Signature three = new ComponentType[] { typeof(Position) };

        Assert.That(one == two, Is.True);
        Assert.That(one.GetHashCode(), Is.EqualTo(two.GetHashCode()));
        Assert.That(one != three, Is.True);
        Assert.That(one.Equals((object)three), Is.False);
    }

    [Test]
    public void Entities_of_a_signature_are_those_of_its_components()
    {
        var signature = new Signature(typeof(Velocity), typeof(Position));

        var entity = World.Create(signature);
        World.Create(default(Position), default(Velocity));

        Assert.That(World.GetSignature(entity), Is.EqualTo(signature));
        Assert.That(World.CountEntities(new QueryDescription().WithExclusive<Position, Velocity>()), Is.EqualTo(2));
    }

    [Test]
    public void Component_types_are_the_same_by_type_and_by_generic()
    {
        ComponentType byType = typeof(Health);

        Assert.That(byType, Is.EqualTo(Component<Health>.ComponentType));
        Assert.That(byType == Component<Position>.ComponentType, Is.False);
        Assert.That((Type)byType, Is.EqualTo(typeof(Health)));
        Assert.That(byType.Id, Is.EqualTo(Component<Health>.ComponentType.Id));
    }

    [Test]
    public void Boxed_access_reads_and_writes()
    {
        var entity = World.Create(new Position { X = 1 });

        World.Set(entity, (object)new Position { X = 2 });
        World.Add(entity, (object)new Health { Points = 3 });

        Assert.That(((Position)World.Get(entity, typeof(Position))!).X, Is.EqualTo(2));
        Assert.That(((Health)World.Get(entity, typeof(Health))!).Points, Is.EqualTo(3));
        Assert.That(World.Has(entity, typeof(Health)), Is.True);
        World.Remove(entity, typeof(Position));
        Assert.That(World.Has(entity, typeof(Position)), Is.False);
        Assert.That(World.Get<Health>(entity).Points, Is.EqualTo(3));
    }

    [Test]
    public void A_boxed_value_is_a_copy()
    {
        var entity = World.Create(new Position { X = 1 });
        var copy = World.Get(entity, typeof(Position))!;

        World.Get<Position>(entity).X = 2;

        Assert.That(((Position)copy).X, Is.EqualTo(1));
    }

    [Test]
    public void A_boxed_class_component_is_the_object_itself()
    {
        var inventory = new Inventory();
        var entity = World.Create(default(Position));

        World.Add(entity, (object)inventory);

        Assert.That(World.Get<Inventory>(entity), Is.SameAs(inventory));
        Assert.That(World.Get(entity, typeof(Inventory)), Is.SameAs(inventory));
    }

    [Test]
    public void All_components_can_be_listed()
    {
        var entity = World.Create(new Position { X = 3 }, new Health { Points = 4 });

        var components = World.GetAllComponents(entity);

        Assert.That(components, Has.Length.EqualTo(2));
        Assert.That(components, Has.One.EqualTo(new Position { X = 3 }));
        Assert.That(components, Has.One.EqualTo(new Health { Points = 4 }));
    }
}
