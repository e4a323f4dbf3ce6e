using BenchmarkDotNet.Attributes;

namespace Playground.Ecs.Networking.Benchmarks.Ecs;

/// <summary>
/// 100,000 entities with three components, one by one: into a new world, and into one that held as many before, beside
/// plain lists that start empty: one for each component, and one of all three together.
/// </summary>
[MemoryDiagnoser]
public class CreateBenchmarks
{
    private readonly QueryDescription _everything = new();
    private Body[] _bodies = [];
    private World _warm = null!;

    [GlobalSetup]
    public void Setup()
    {
        _bodies = Populations.Bodies();
        _warm = Populations.WorldOf(_bodies);
    }

    [GlobalCleanup]
    public void Cleanup() => World.Destroy(_warm);

    [Benchmark(Baseline = true)]
    public int Lists()
    {
        var positions = new List<Position>();
        var velocities = new List<Velocity>();
        var drags = new List<Drag>();
        foreach (ref readonly var body in _bodies.AsSpan())
        {
            positions.Add(body.Position);
            velocities.Add(body.Velocity);
            drags.Add(body.Drag);
        }

        return positions.Count;
    }

    [Benchmark]
    public int ListOfBodies()
    {
        var list = new List<Body>();
        foreach (ref readonly var body in _bodies.AsSpan())
            list.Add(body);
        return list.Count;
    }

    [Benchmark]
    public int NewWorld()
    {
        var world = World.Create();
        foreach (ref readonly var body in _bodies.AsSpan())
            world.Create(body.Position, body.Velocity, body.Drag);
        var size = world.Size;
        World.Destroy(world);
        return size;
    }

    /// <summary>The bulk destroy that makes room is part of it.</summary>
    [Benchmark]
    public int WarmWorld()
    {
        _warm.Destroy(_everything);
        foreach (ref readonly var body in _bodies.AsSpan())
            _warm.Create(body.Position, body.Velocity, body.Drag);
        return _warm.Size;
    }
}
