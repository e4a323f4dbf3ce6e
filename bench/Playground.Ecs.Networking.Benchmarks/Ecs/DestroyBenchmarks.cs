using BenchmarkDotNet.Attributes;

namespace Playground.Ecs.Networking.Benchmarks.Ecs;

/// <summary>
/// 100,000 entities destroyed one by one, oldest first (every destroy fills a hole) and in random order, beside the
/// making of plain lists of the same components. All start each time from a world that was filled and a collected heap.
/// </summary>
public class DestroyBenchmarks
{
    private readonly QueryDescription _everything = new();
    private readonly Entity[] _entities = new Entity[Populations.Count];
    private readonly Entity[] _shuffled = new Entity[Populations.Count];
    private Body[] _bodies = [];
    private int[] _order = [];
    private World _world = null!;

    [GlobalSetup]
    public void Setup()
    {
        _bodies = Populations.Bodies();
        _order = Populations.Shuffled(_bodies.Length);
        _world = World.Create();
    }

    [GlobalCleanup]
    public void Cleanup() => World.Destroy(_world);

    [IterationSetup]
    public void Fill()
    {
        _world.Destroy(_everything);
        for (var i = 0; i < _bodies.Length; i++)
            _entities[i] = _world.Create(_bodies[i].Position, _bodies[i].Velocity, _bodies[i].Drag);
        for (var i = 0; i < _order.Length; i++)
            _shuffled[i] = _entities[_order[i]];
    }

    [Benchmark(Baseline = true)]
    public int CreateLists()
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
    public int CreateInNewWorld()
    {
        var world = World.Create();
        foreach (ref readonly var body in _bodies.AsSpan())
            world.Create(body.Position, body.Velocity, body.Drag);
        var size = world.Size;
        World.Destroy(world);
        return size;
    }

    [Benchmark]
    public void OldestFirst()
    {
        foreach (var entity in _entities)
            _world.Destroy(entity);
    }

    [Benchmark]
    public void RandomOrder()
    {
        foreach (var entity in _shuffled)
            _world.Destroy(entity);
    }
}
