using BenchmarkDotNet.Attributes;

namespace Playground.Ecs.Networking.Benchmarks.Ecs;

/// <summary>Two components of each of 100,000 entities: positions move by velocities.</summary>
public class Iterate2Benchmarks
{
    private readonly QueryDescription _description = new QueryDescription().WithAll<Position, Velocity>();
    private Position[] _positions = [];
    private Velocity[] _velocities = [];
    private World _world = null!;

    [GlobalSetup]
    public void Setup()
    {
        var bodies = Populations.Bodies();
        _positions = [.. bodies.Select(body => body.Position)];
        _velocities = [.. bodies.Select(body => body.Velocity)];
        _world = Populations.WorldOf(bodies);
    }

    [GlobalCleanup]
    public void Cleanup() => World.Destroy(_world);

    [Benchmark(Baseline = true)]
    public void Array() => Move(_positions, _velocities);

    [Benchmark]
    public void Delegate() => _world.Query(
        _description, static (ref Position position, ref Velocity velocity) => Move(ref position, velocity));

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

    private static void Move(Span<Position> positions, ReadOnlySpan<Velocity> velocities)
    {
        velocities = velocities[..positions.Length];
        for (var i = 0; i < positions.Length; i++)
            Move(ref positions[i], velocities[i]);
    }

    private static void Move(ref Position position, in Velocity velocity)
    {
        position.X += velocity.X;
        position.Y += velocity.Y;
    }

    private struct Step : IForEach<Position, Velocity>
    {
        public readonly void Update(ref Position position, ref Velocity velocity) => Move(ref position, velocity);
    }
}
