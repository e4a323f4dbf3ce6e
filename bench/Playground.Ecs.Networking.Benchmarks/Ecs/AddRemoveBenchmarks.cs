using BenchmarkDotNet.Attributes;

namespace Playground.Ecs.Networking.Benchmarks.Ecs;

/// <summary>
/// A component added to each of 100,000 entities with three, then removed again: directly, through a command buffer and
/// in bulk, beside plain lists that each value moves between. Per entity, both moves together.
/// </summary>
[MemoryDiagnoser]
public class AddRemoveBenchmarks
{
    private readonly QueryDescription _positions = new QueryDescription().WithAll<Position>();
    private readonly CommandBuffer _commands = new(Populations.Count);
    private readonly Entity[] _entities = new Entity[Populations.Count];
    private readonly List<Body> _plain = new(Populations.Count);
    private readonly List<(Body Body, Marked Marked)> _marked = new(Populations.Count);
    private World _world = null!;

    [GlobalSetup]
    public void Setup()
    {
        var bodies = Populations.Bodies();
        _plain.AddRange(bodies);
        _world = Populations.WorldOf(bodies, _entities);
    }

    [GlobalCleanup]
    public void Cleanup() => World.Destroy(_world);

    [Benchmark(Baseline = true, OperationsPerInvoke = Populations.Count)]
    public void Lists()
    {
        while (_plain.Count > 0)
        {
            _marked.Add((_plain[^1], new Marked { Frame = 1 }));
            _plain.RemoveAt(_plain.Count - 1);
        }

        while (_marked.Count > 0)
        {
            _plain.Add(_marked[^1].Body);
            _marked.RemoveAt(_marked.Count - 1);
        }
    }

    [Benchmark(OperationsPerInvoke = Populations.Count)]
    public void Direct()
    {
        foreach (var entity in _entities)
            _world.Add(entity, new Marked { Frame = 1 });
        foreach (var entity in _entities)
            _world.Remove<Marked>(entity);
    }

    [Benchmark(OperationsPerInvoke = Populations.Count)]
    public void Commands()
    {
        foreach (var entity in _entities)
            _commands.Add(entity, new Marked { Frame = 1 });
        _commands.Playback(_world);
        foreach (var entity in _entities)
            _commands.Remove<Marked>(entity);
        _commands.Playback(_world);
    }

    [Benchmark(OperationsPerInvoke = Populations.Count)]
    public void Bulk()
    {
        _world.Add(_positions, new Marked { Frame = 1 });
        _world.Remove<Marked>(_positions);
    }
}
