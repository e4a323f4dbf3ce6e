using BenchmarkDotNet.Attributes;
using Playground.Ecs.Networking.Benchmarks.Ecs;

namespace Playground.Ecs.Networking.Benchmarks.Comparison;

/// <summary>What games do with an ECS, per entity of 100,000 with three components; a query of one entity is its fixed cost.</summary>
[Config(typeof(ComparisonConfig))]
[MemoryDiagnoser]
public class ComparisonBenchmarks
{
    private readonly QueryDescription _everything = new();
    private readonly QueryDescription _moving = new QueryDescription().WithAll<Position, Velocity>().WithNone<Marked>();
    private readonly Entity[] _entities = new Entity[Populations.Count];
    private readonly CommandBuffer _commands = new(Populations.Count);
    private Body[] _bodies = [];
    private int[] _order = [];
    private World _world = null!;

    [GlobalSetup]
    public void Setup()
    {
        _bodies = Populations.Bodies();
        _order = Populations.Shuffled(_bodies.Length);
        _world = Populations.WorldOf(_bodies, _entities);
    }

    [GlobalSetup(Targets = [nameof(GetAtRandom), nameof(IsAliveThenGetAtRandom)])]
    public void SetupAtRandom()
    {
        Setup();
        Shuffle();
    }

    /// <summary>One invocation for each filling leaves the compiler no time to optimize; it gets it here.</summary>
    [GlobalSetup(Targets = [nameof(DestroyOldestFirst), nameof(DestroyAtRandom)])]
    public void SetupDestroy()
    {
        Setup();
        for (var i = 0; i < 200; i++)
        {
            Refill();
            DestroyAll();
        }
    }

    [GlobalSetup(Target = nameof(QueryOne))]
    public void SetupOne() => _world = Populations.WorldOf(Populations.Bodies(count: 1));

    [GlobalCleanup]
    public void Cleanup() => World.Destroy(_world);

    [IterationSetup(Target = nameof(DestroyOldestFirst))]
    public void Refill()
    {
        _world.Destroy(_everything);
        for (var i = 0; i < _bodies.Length; i++)
            _entities[i] = _world.Create(_bodies[i].Position, _bodies[i].Velocity, _bodies[i].Drag);
    }

    [IterationSetup(Target = nameof(DestroyAtRandom))]
    public void RefillAtRandom()
    {
        Refill();
        Shuffle();
    }

    [Benchmark(OperationsPerInvoke = Populations.Count)]
    public int CreateInNewWorld()
    {
        var world = World.Create();
        foreach (ref readonly var body in _bodies.AsSpan())
            world.Create(body.Position, body.Velocity, body.Drag);
        var size = world.Size;
        World.Destroy(world);
        return size;
    }

    /// <summary>The bulk destroy that makes room is part of it.</summary>
    [Benchmark(OperationsPerInvoke = Populations.Count)]
    public int CreateInUsedWorld()
    {
        _world.Destroy(_everything);
        foreach (ref readonly var body in _bodies.AsSpan())
            _world.Create(body.Position, body.Velocity, body.Drag);
        return _world.Size;
    }

    [Benchmark(OperationsPerInvoke = Populations.Count)]
    public void DestroyOldestFirst() => DestroyAll();

    [Benchmark(OperationsPerInvoke = Populations.Count)]
    public void DestroyAtRandom() => DestroyAll();

    [Benchmark(OperationsPerInvoke = Populations.Count)]
    public void AddAndRemove()
    {
        foreach (var entity in _entities)
            _world.Add(entity, new Marked { Frame = 1 });
        foreach (var entity in _entities)
            _world.Remove<Marked>(entity);
    }

    [Benchmark(OperationsPerInvoke = Populations.Count)]
    public void AddAndRemoveByCommands()
    {
        foreach (var entity in _entities)
            _commands.Add(entity, new Marked { Frame = 1 });
        _commands.Playback(_world);
        foreach (var entity in _entities)
            _commands.Remove<Marked>(entity);
        _commands.Playback(_world);
    }

    [Benchmark(OperationsPerInvoke = Populations.Count)]
    public float GetAtRandom()
    {
        var sum = 0f;
        foreach (var entity in _entities)
            sum += _world.Get<Position>(entity).X;
        return sum;
    }

    [Benchmark(OperationsPerInvoke = Populations.Count)]
    public float IsAliveThenGetAtRandom()
    {
        var sum = 0f;
        foreach (var entity in _entities)
        {
            if (_world.IsAlive(entity))
                sum += _world.Get<Position>(entity).X;
        }

        return sum;
    }

    [Benchmark(OperationsPerInvoke = Populations.Count)]
    public void IterateByDelegate() =>
        _world.Query(_moving, static (ref Position position, ref Velocity velocity) => Move(ref position, velocity));

    [Benchmark(OperationsPerInvoke = Populations.Count)]
    public void IterateByStruct()
    {
        var step = default(Step);
        _world.InlineQuery<Step, Position, Velocity>(_moving, ref step);
    }

    [Benchmark(OperationsPerInvoke = Populations.Count)]
    public void IterateBySpan()
    {
        foreach (ref var chunk in _world.Query(_moving))
        {
            var positions = chunk.GetSpan<Position>()[..chunk.Count];
            var velocities = chunk.GetSpan<Velocity>()[..positions.Length];
            for (var i = 0; i < positions.Length; i++)
                Move(ref positions[i], velocities[i]);
        }
    }

    [Benchmark]
    public void QueryOne() => IterateByDelegate();

    private static void Move(ref Position position, in Velocity velocity)
    {
        position.X += velocity.X;
        position.Y += velocity.Y;
    }

    private void DestroyAll()
    {
        foreach (var entity in _entities)
            _world.Destroy(entity);
    }

    private void Shuffle()
    {
        var ordered = _entities.ToArray();
        for (var i = 0; i < _order.Length; i++)
            _entities[i] = ordered[_order[i]];
    }

    private struct Step : IForEach<Position, Velocity>
    {
        public readonly void Update(ref Position position, ref Velocity velocity) => Move(ref position, velocity);
    }
}
