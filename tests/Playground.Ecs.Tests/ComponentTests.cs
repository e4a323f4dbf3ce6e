namespace Playground.Ecs.Tests;

public class ComponentTests : WorldTestBase
{
    [Test]
    public void Get_hands_out_the_component_in_place()
    {
        var entity = World.Create(new Position { X = 1 });

        World.Get<Position>(entity).X = 2;

        Assert.That(World.Get<Position>(entity).X, Is.EqualTo(2));
    }

    [Test]
    public void Set_overwrites()
    {
        var entity = World.Create(new Position { X = 1 }, new Health { Points = 1 });

        World.Set(entity, new Position { X = 9 });

        Assert.That(World.Get<Position>(entity).X, Is.EqualTo(9));
        Assert.That(World.Get<Health>(entity).Points, Is.EqualTo(1));
    }

    [Test]
    public void Has_and_TryGet_tell_what_is_there()
    {
        var entity = World.Create(new Position { X = 4 });

        Assert.That(World.Has<Position>(entity), Is.True);
        Assert.That(World.Has<Velocity>(entity), Is.False);
        Assert.That(World.TryGet(entity, out Position position), Is.True);
        Assert.That(position.X, Is.EqualTo(4));
        Assert.That(World.TryGet(entity, out Velocity _), Is.False);
    }

    [Test]
    public void TryGetRef_hands_out_the_component_in_place()
    {
        var entity = World.Create(new Position { X = 4 });

        ref var position = ref World.TryGetRef<Position>(entity, out var exists);
        position.X = 5;

        Assert.That(exists, Is.True);
        Assert.That(World.Get<Position>(entity).X, Is.EqualTo(5));
        World.TryGetRef<Velocity>(entity, out exists);
        Assert.That(exists, Is.False);
    }

    [Test]
    public void Add_and_Remove_keep_the_other_components()
    {
        var entities = Many(1000);

        for (var i = 0; i < entities.Length; i += 2)
            World.Add(entities[i], new Health { Points = i });
        for (var i = 0; i < entities.Length; i += 4)
            World.Remove<Velocity>(entities[i]);

        for (var i = 0; i < entities.Length; i++)
        {
            Assert.That(World.Get<Position>(entities[i]).X, Is.EqualTo(i));
            Assert.That(World.Has<Health>(entities[i]), Is.EqualTo(i % 2 == 0));
            Assert.That(World.Has<Velocity>(entities[i]), Is.EqualTo(i % 4 != 0));
            if (i % 2 == 0)
                Assert.That(World.Get<Health>(entities[i]).Points, Is.EqualTo(i));
        }
    }

    [Test]
    [Category(EmbeddedOnly)]
    [Description("Arch leaves what the row's last entity had.")]
    public void Add_without_a_value_starts_with_the_default_even_in_a_reused_row()
    {
        var first = World.Create(new Position { X = 1 }, new Health { Points = 5 });
        World.Destroy(first);
        var second = World.Create(new Position { X = 2 });

        World.Add<Health>(second);

        Assert.That(World.Get<Health>(second).Points, Is.Zero);
        Assert.That(World.Get<Position>(second).X, Is.EqualTo(2));
    }

    [Test]
    public void Remove_of_the_last_component_leaves_the_entity_alive()
    {
        var entity = World.Create(default(Position));

        World.Remove<Position>(entity);

        Assert.That(World.IsAlive(entity), Is.True);
        Assert.That(World.Has<Position>(entity), Is.False);
    }

    [Test]
    public void AddOrGet_adds_once_and_then_returns_what_is_there()
    {
        var entity = World.Create(default(Position));

        World.AddOrGet(entity, new Health { Points = 3 }).Points++;
        World.AddOrGet(entity, new Health { Points = 100 }).Points++;

        Assert.That(World.Get<Health>(entity).Points, Is.EqualTo(5));
    }

    [Test]
    [Category(EmbeddedOnly)]
    [Description("Arch reads the argument after the row has moved, so a reference into the row adds another value there.")]
    public void A_reference_into_the_row_that_moves_adds_its_value()
    {
        var first = World.Create(new Slot { Content = new C0 { Value = 42 } });
        World.Create(new Slot { Content = new C0 { Value = 43 } });

        World.Add(first, in World.Get<Slot>(first).Content);

        Assert.That(World.Get<C0>(first).Value, Is.EqualTo(42));
    }

    [Test]
    public void Tags_and_classes_are_components_too()
    {
        var inventory = new Inventory();
        var entity = World.Create(inventory, default(Frozen));
        World.Get<Inventory>(entity).Items.Add("rope");

        Assert.That(World.Has<Frozen>(entity), Is.True);
        Assert.That(World.Get<Inventory>(entity), Is.SameAs(inventory));
        World.Set(entity, new Inventory());
        Assert.That(World.Get<Inventory>(entity), Is.Not.SameAs(inventory));
        Assert.That(inventory.Items, Has.Count.EqualTo(1));
    }

    [Test]
    public void Numbers_and_strings_are_components_too()
    {
        var entity = World.Create("name", 7, 2.5);

        World.Get<int>(entity)++;

        Assert.That(World.Get<int>(entity), Is.EqualTo(8));
        Assert.That(World.Get<string>(entity), Is.EqualTo("name"));
        Assert.That(World.Get<double>(entity), Is.EqualTo(2.5));
    }

    [Test]
    public void Several_components_can_be_changed_at_once()
    {
        var entity = World.Create(new C0 { Value = 10 });
        World.Add(entity, new C1 { Value = 1 }, new C2 { Value = 2 });
        World.Add(entity, new C3 { Value = 3 }, new C4 { Value = 4 }, new C5 { Value = 5 });
        Assert.That(World.Has<C0, C1>(entity), Is.True);
        Assert.That(World.Has<C2, C3, C4>(entity), Is.True);
        Assert.That(World.Has<C2, C3, C4, C5>(entity), Is.True);
        Assert.That(World.Has<C2, C3, C4, C6>(entity), Is.False);
        Assert.That(Sum(entity), Is.EqualTo(25));

        World.Set(entity, new C0 { Value = 20 }, new C1 { Value = 11 });
        World.Set(entity, new C2 { Value = 12 }, new C3 { Value = 13 }, new C4 { Value = 14 });
        World.Set(entity, new C2 { Value = 22 }, new C3 { Value = 23 }, new C4 { Value = 24 }, new C5 { Value = 25 });
        Assert.That(Sum(entity), Is.EqualTo(20 + 11 + 22 + 23 + 24 + 25));

        World.Remove<C1, C2>(entity);
        World.Remove<C3, C4, C5>(entity);
        Assert.That(World.GetSignature(entity), Is.EqualTo(new Signature(typeof(C0))));
        Assert.That(World.Get<C0>(entity).Value, Is.EqualTo(20));

        World.Add(entity, new C1 { Value = 1 }, new C2 { Value = 2 }, new C3 { Value = 3 }, new C4 { Value = 4 });
        Assert.That(World.Get<C4>(entity).Value, Is.EqualTo(4));
        World.Remove<C1, C2, C3, C4>(entity);
        Assert.That(World.Has<C4>(entity), Is.False);
        Assert.That(World.Get<C0>(entity).Value, Is.EqualTo(20));
    }

    [Test]
    public void One_to_eight_components_at_creation()
    {
        var (c0, c1, c2, c3) = (new C0 { Value = 1 }, new C1 { Value = 2 }, new C2 { Value = 3 }, new C3 { Value = 4 });
        var (c4, c5, c6, c7) = (new C4 { Value = 5 }, new C5 { Value = 6 }, new C6 { Value = 7 }, new C7 { Value = 8 });
        Entity[] entities =
        [
            World.Create(c0),
            World.Create(c0, c1),
            World.Create(c0, c1, c2),
            World.Create(c0, c1, c2, c3),
            World.Create(c0, c1, c2, c3, c4),
            World.Create(c0, c1, c2, c3, c4, c5),
            World.Create(c0, c1, c2, c3, c4, c5, c6),
            World.Create(c0, c1, c2, c3, c4, c5, c6, c7),
        ];

        for (var i = 0; i < entities.Length; i++)
        {
            Assert.That(World.GetSignature(entities[i]).Count, Is.EqualTo(i + 1));
            Assert.That(Sum(entities[i]), Is.EqualTo((i + 1) * (i + 2) / 2));
        }
    }

    private struct Slot
    {
        public C0 Content;
    }

    private int Sum(Entity entity)
    {
        var sum = 0;
        foreach (var component in World.GetAllComponents(entity))
            sum += (int)component!.GetType().GetField("Value")!.GetValue(component)!;
        return sum;
    }
}
