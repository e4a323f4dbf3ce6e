using BenchmarkDotNet.Attributes;

namespace Playground.Ecs.Networking.Benchmarks.Ecs;

/// <summary>Three components of each of 100,000 entities: velocities are dragged and move positions.</summary>
public class Iterate3Benchmarks
{
    private readonly QueryDescription _description = new QueryDescription().WithAll<Position, Velocity, Drag>();
    private Position[] _positions = [];
    private Velocity[] _velocities = [];
    private Drag[] _drags = [];
    private World _world = null!;

    [GlobalSetup]
    public void Setup()
    {
        var bodies = Populations.Bodies();
        _positions = [.. bodies.Select(body => body.Position)];
        _velocities = [.. bodies.Select(body => body.Velocity)];
        _drags = [.. bodies.Select(body => body.Drag)];
        _world = Populations.WorldOf(bodies);
    }

    [GlobalCleanup]
    public void Cleanup() => World.Destroy(_world);

    [Benchmark(Baseline = true)]
    public void Array() => Move(_positions, _velocities, _drags);

    [Benchmark]
    public void Delegate() => _world.Query(
        _description, static (ref Position position, ref Velocity velocity, ref Drag drag) => Move(ref position, ref velocity, drag));

    [Benchmark]
    public void Struct()
    {
        var step = default(Step);
        _world.InlineQuery<Step, Position, Velocity, Drag>(_description, ref step);
    }

    [Benchmark]
    public void Span()
    {
        foreach (ref var chunk in _world.Query(_description))
        {
            var count = chunk.Count;
            Move(chunk.GetSpan<Position>()[..count], chunk.GetSpan<Velocity>()[..count], chunk.GetSpan<Drag>()[..count]);
        }
    }

    private static void Move(Span<Position> positions, Span<Velocity> velocities, ReadOnlySpan<Drag> drags)
    {
        velocities = velocities[..positions.Length];
        drags = drags[..positions.Length];
        for (var i = 0; i < positions.Length; i++)
            Move(ref positions[i], ref velocities[i], drags[i]);
    }

    private static void Move(ref Position position, ref Velocity velocity, in Drag drag)
    {
        // The push and the limit keep the values normal numbers however often this runs: the processor is slower with tiny ones.
        velocity.X = Math.Min((velocity.X * drag.Factor) + 0.01f, drag.Limit);
        velocity.Y = Math.Min((velocity.Y * drag.Factor) + 0.01f, drag.Limit);
        position.X += velocity.X;
        position.Y += velocity.Y;
    }

    private struct Step : IForEach<Position, Velocity, Drag>
    {
        public readonly void Update(ref Position position, ref Velocity velocity, ref Drag drag) => Move(ref position, ref velocity, drag);
    }
}
