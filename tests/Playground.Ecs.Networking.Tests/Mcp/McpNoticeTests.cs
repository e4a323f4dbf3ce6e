using Playground.Ecs.Networking.Mcp;

namespace Playground.Ecs.Networking.Tests.Mcp;

/// <summary>Other threads are told of what changed.</summary>
public sealed class McpNoticeTests
{
    private McpRig _rig = null!;

    [SetUp]
    public async Task Start() => _rig = await McpRig.StartAsync();

    [TearDown]
    public async Task Stop() => await _rig.DisposeAsync();

    [Test]
    public void Changes_of_the_catalog_are_told_once_a_frame_and_not_on_the_loops_thread()
    {
        using var changes = new CatalogChanges(_rig);
        _rig.Harness.StepWith(() =>
        {
            for (var i = 0; i < 5; i++) _rig.Offer($"t{i}");
            _rig.System.UnregisterMcpTool("t0").Unwrap();
        });
        changes.Expect(1);
        Assert.That(changes.Tools[0], Is.EqualTo(new[] { "t1", "t2", "t3", "t4" }));
        _rig.Harness.StepWith(() => _rig.System.UnregisterMcpTool("t1").Unwrap());
        changes.Expect(2);
    }

    [Test]
    public void Whoever_is_slow_is_told_once_more_and_sees_the_latest()
    {
        using var changes = new CatalogChanges(_rig);
        changes.Hold();
        for (var i = 0; i < 20; i++)
        {
            _rig.Offer($"t{i:00}");
            _rig.Harness.Step();
        }

        changes.Release();
        _rig.Until(() =>
        {
            lock (changes.Tools) return changes.Tools.Count > 0 && changes.Tools[^1].Length == 20;
        });
        _rig.Harness.Step(5);
        Assert.That(changes.Tools, Has.Count.LessThanOrEqualTo(2));
        Assert.That(changes.IsWrong, Is.False);
    }

    [Test]
    public void A_resources_change_is_told_once_a_frame_however_often_it_is_noted()
    {
        using var changes = new CatalogChanges(_rig);
        Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(() => _rig.System.NotifyMcpResourceChanged($"world://{i % 2}")))).Wait();
        Assert.That(changes.Resources, Is.Empty, "with the frame");
        _rig.Harness.Step();
        _rig.Until(() =>
        {
            lock (changes.Resources) return changes.Resources.Count > 0;
        });
        _rig.Harness.Step(5);
        Assert.That(changes.Resources.Single().Order(), Is.EqualTo(new[] { "world://0", "world://1" }));
        Assert.That((changes.Tools.Count, changes.IsWrong), Is.EqualTo((0, false)));
    }

    [Test]
    public void Of_more_changes_in_a_frame_than_there_may_be_resources_the_rest_is_dropped_and_counted()
    {
        using var changes = new CatalogChanges(_rig);
        var max = new McpOptions().ResourcesMax;
        for (var i = 0; i < max + 3; i++) _rig.System.NotifyMcpResourceChanged($"world://{i}");
        _rig.System.NotifyMcpResourceChanged("world://0");
        _rig.Harness.Step();
        _rig.Until(() =>
        {
            lock (changes.Resources) return changes.Resources.Count > 0;
        });
        Assert.That(changes.Resources.Single(), Has.Length.EqualTo(max));
        Assert.That(_rig.System.ToolCounters.ChangesDropped, Is.EqualTo(3));
    }

    [Test]
    public void Nothing_is_kept_while_nobody_listens()
    {
        _rig.System.NotifyMcpResourceChanged("world://0");
        _rig.Harness.Step();
        using var changes = new CatalogChanges(_rig);
        _rig.System.NotifyMcpResourceChanged("world://1");
        _rig.Harness.Step();
        _rig.Until(() =>
        {
            lock (changes.Resources) return changes.Resources.Count > 0;
        });
        Assert.That(changes.Resources.Single(), Is.EqualTo(new[] { "world://1" }));
    }
}
