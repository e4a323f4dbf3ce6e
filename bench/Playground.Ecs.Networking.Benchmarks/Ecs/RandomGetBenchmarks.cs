using BenchmarkDotNet.Attributes;

namespace Playground.Ecs.Networking.Benchmarks.Ecs;

/// <summary>One component of 100,000 entities in random order, every access checked, beside an array indexed the same way.</summary>
public class RandomGetBenchmarks
{
    private Entity[] _entities = [];
    private int[] _order = [];
    private Position[] _positions = [];
    private World _world = null!;

    [GlobalSetup]
    public void Setup()
    {
        var bodies = Populations.Bodies();
        var entities = new Entity[bodies.Length];
        _positions = [.. bodies.Select(body => body.Position)];
        _world = Populations.WorldOf(bodies, entities);
        _order = Populations.Shuffled(bodies.Length);
        _entities = [.. _order.Select(index => entities[index])];
    }

    [GlobalCleanup]
    public void Cleanup() => World.Destroy(_world);

    [Benchmark(Baseline = true)]
    public float Array()
    {
        var sum = 0f;
        foreach (var index in _order)
            sum += _positions[index].X;
        return sum;
    }

    [Benchmark]
    public float Get()
    {
        var sum = 0f;
        foreach (var entity in _entities)
            sum += _world.Get<Position>(entity).X;
        return sum;
    }

    [Benchmark]
    public float IsAliveThenGet()
    {
        var sum = 0f;
        foreach (var entity in _entities)
        {
            if (_world.IsAlive(entity))
                sum += _world.Get<Position>(entity).X;
        }

        return sum;
    }

    [Benchmark]
    public float TryGet()
    {
        var sum = 0f;
        foreach (var entity in _entities)
        {
            if (_world.TryGet(entity, out Position position))
                sum += position.X;
        }

        return sum;
    }
}
