using BenchmarkDotNet.Attributes;

namespace Playground.Ecs.Networking.Benchmarks.Ecs;

/// <summary>What a query costs beside its entities: over a single one, and over 1000. The description is kept.</summary>
public class SmallQueryBenchmarks
{
    private readonly QueryDescription _description = new QueryDescription().WithAll<Position, Velocity>().WithNone<Marked>();
    private Position[] _positions = [];
    private Velocity[] _velocities = [];
    private Query _query = null!;
    private World _world = null!;

    [Params(1, 1000)]
    public int Entities { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var bodies = Populations.Bodies(Entities);
        _positions = [.. bodies.Select(body => body.Position)];
        _velocities = [.. bodies.Select(body => body.Velocity)];
        _world = Populations.WorldOf(bodies);

        // Neighbours that make the look-up and the filter real.
        for (var i = 0; i < 10; i++)
            _world.CountEntities(new QueryDescription().WithAll<Drag>().WithNone<Marked>());
        _world.CountEntities(new QueryDescription().WithAll<Position>());
        _world.Create(default(Position), default(Velocity), default(Marked));
        _query = _world.Query(_description);
    }

    [GlobalCleanup]
    public void Cleanup() => World.Destroy(_world);

    [Benchmark(Baseline = true)]
    public void Array() => Move(_positions, _velocities);

    [Benchmark]
    public void Delegate() => _world.Query(_description, static (ref Position position, ref Velocity velocity) => position.X += velocity.X);

    [Benchmark]
    public void Struct()
    {
        var step = default(Step);
        _world.InlineQuery<Step, Position, Velocity>(_description, ref step);
    }

    [Benchmark]
    public void Span()
    {
        foreach (ref var chunk in _world.Query(_description))
            Move(chunk.GetSpan<Position>()[..chunk.Count], chunk.GetSpan<Velocity>()[..chunk.Count]);
    }

    [Benchmark]
    public void SpanOfKeptQuery()
    {
        foreach (ref var chunk in _query)
            Move(chunk.GetSpan<Position>()[..chunk.Count], chunk.GetSpan<Velocity>()[..chunk.Count]);
    }

    private static void Move(Span<Position> positions, ReadOnlySpan<Velocity> velocities)
    {
        velocities = velocities[..positions.Length];
        for (var i = 0; i < positions.Length; i++)
            positions[i].X += velocities[i].X;
    }

    private struct Step : IForEach<Position, Velocity>
    {
        public readonly void Update(ref Position position, ref Velocity velocity) => position.X += velocity.X;
    }
}
