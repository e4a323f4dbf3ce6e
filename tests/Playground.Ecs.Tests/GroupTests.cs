namespace Playground.Ecs.Tests;

public class GroupTests : WorldTestBase
{
    private readonly List<string> _calls = [];

    [SetUp]
    public void Forget() => _calls.Clear();

    [Test]
    public void Each_stage_runs_for_all_systems_in_order()
    {
        var group = new Group<float>("game", new Recorder(World, "a", _calls), new Recorder(World, "b", _calls));

        group.Initialize();
        group.BeforeUpdate(0.5f);
        group.Update(0.5f);
        group.AfterUpdate(0.5f);
        group.Dispose();

        Assert.That(string.Join(' ', _calls), Is.EqualTo(
            "a.Initialize b.Initialize a.BeforeUpdate:0.5 b.BeforeUpdate:0.5 a.Update:0.5 b.Update:0.5 "
            + "a.AfterUpdate:0.5 b.AfterUpdate:0.5 a.Dispose b.Dispose"));
    }

    [Test]
    public void Groups_nest_and_keep_their_place()
    {
        using var inner = new Group<float>("inner", new Recorder(World, "b", _calls));
        using var outer = new Group<float>("outer", new Recorder(World, "a", _calls), inner);
        outer.Add(new Recorder(World, "c", _calls));

        outer.Update(1);

        Assert.That(outer.Name, Is.EqualTo("outer"));
        Assert.That(string.Join(' ', _calls), Is.EqualTo("a.Update:1 b.Update:1 c.Update:1"));
    }

    [Test]
    public void Systems_are_found_by_type_inside_nested_groups_too()
    {
        var first = new Recorder(World, "a", _calls);
        var second = new Recorder(World, "b", _calls);
        using var inner = new Group<float>("inner", second);
        using var outer = new Group<float>("outer", first, inner);
        outer.Add<Idle>();

        Assert.That(outer.Get<Recorder>(), Is.SameAs(first));
        Assert.That(inner.Get<Recorder>(), Is.SameAs(second));
        Assert.That(outer.Find<Recorder>(), Is.EqualTo(new[] { first, second }));
        Assert.That(outer.Find<Idle>().Count(), Is.EqualTo(1));
        Assert.That(inner.Get<Idle>(), Is.Null);
    }

    [Test]
    [Category(EmbeddedOnly)]
    [Description("Arch's Get stops at the first nested group even when the system comes after it.")]
    public void A_system_behind_a_nested_group_is_found()
    {
        using var inner = new Group<float>("inner");
        using var outer = new Group<float>("outer", inner);
        outer.Add<Idle>();

        Assert.That(outer.Get<Idle>(), Is.Not.Null);
    }

    [Test]
    [Category(EmbeddedOnly)]
    [Description("The published Arch.System 1.1.0 may not enumerate.")]
    public void A_group_enumerates_its_systems()
    {
        var system = new Recorder(World, "a", _calls);
        object group = new Group<float>("game", system);

        Assert.That((IEnumerable<ISystem<float>>)group, Is.EqualTo(new[] { system }));
    }

    [Test]
    public void A_base_system_knows_its_world_and_does_nothing_by_itself()
    {
        using var idle = new Bare(World);

        idle.Initialize();
        idle.BeforeUpdate(1);
        idle.Update(1);
        idle.AfterUpdate(1);

        Assert.That(idle.World, Is.SameAs(World));
    }

    private sealed class Bare(World world) : BaseSystem<World, float>(world);

    private sealed class Recorder(World world, string name, List<string> calls) : BaseSystem<World, float>(world)
    {
        public override void Initialize() => calls.Add($"{name}.Initialize");

        public override void BeforeUpdate(in float t) => calls.Add($"{name}.BeforeUpdate:{t}");

        public override void Update(in float t) => calls.Add($"{name}.Update:{t}");

        public override void AfterUpdate(in float t) => calls.Add($"{name}.AfterUpdate:{t}");

        public override void Dispose()
        {
            calls.Add($"{name}.Dispose");
            base.Dispose();
        }
    }

    private sealed class Idle : ISystem<float>
    {
        public void Initialize()
        {
        }

        public void BeforeUpdate(in float t)
        {
        }

        public void Update(in float t)
        {
        }

        public void AfterUpdate(in float t)
        {
        }

        public void Dispose()
        {
        }
    }
}
