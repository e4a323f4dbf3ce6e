using BenchmarkDotNet.Attributes;

namespace Playground.Ecs.Networking.Benchmarks.Ecs;

/// <summary>One component of each of 100,000 entities, read and written.</summary>
public class Iterate1Benchmarks
{
    private readonly QueryDescription _description = new QueryDescription().WithAll<Position>();
    private Position[] _positions = [];
    private World _world = null!;

    [GlobalSetup]
    public void Setup()
    {
        var bodies = Populations.Bodies();
        _positions = [.. bodies.Select(body => body.Position)];
        _world = Populations.WorldOf(bodies);
    }

    [GlobalCleanup]
    public void Cleanup() => World.Destroy(_world);

    [Benchmark(Baseline = true)]
    public void Array()
    {
        foreach (ref var position in _positions.AsSpan())
            position.X += position.Y;
    }

    [Benchmark]
    public void Delegate() => _world.Query(_description, static (ref Position position) => position.X += position.Y);

    [Benchmark]
    public void Struct()
    {
        var step = default(Step);
        _world.InlineQuery<Step, Position>(_description, ref step);
    }

    [Benchmark]
    public void Span()
    {
        foreach (ref var chunk in _world.Query(_description))
        {
            foreach (ref var position in chunk.GetSpan<Position>()[..chunk.Count])
                position.X += position.Y;
        }
    }

    private struct Step : IForEach<Position>
    {
        public readonly void Update(ref Position position) => position.X += position.Y;
    }
}
