using BenchmarkDotNet.Attributes;

namespace Playground.Ecs.Networking.Benchmarks.Ecs;

/// <summary>
/// Two components of each of 100,000 entities, by four lambdas in turn that share one instantiation of Query, so that the compiler
/// cannot guess which one it calls; beside plain arrays. What a game with several systems over the same components pays.
/// </summary>
public class SharedDelegateBenchmarks
{
    private readonly QueryDescription _description = new QueryDescription().WithAll<Position, Velocity>();
    private readonly ForEach<Position, Velocity>[] _lambdas =
    [
        static (ref Position position, ref Velocity velocity) => position.X += velocity.X,
        static (ref Position position, ref Velocity velocity) => position.Y += velocity.Y,
        static (ref Position position, ref Velocity velocity) => position.X -= velocity.X,
        static (ref Position position, ref Velocity velocity) => position.Y -= velocity.Y,
    ];

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

    [Benchmark(Baseline = true, OperationsPerInvoke = 4)]
    public void Array()
    {
        var velocities = _velocities.AsSpan(0, _positions.Length);
        for (var i = 0; i < _positions.Length; i++) _positions[i].X += velocities[i].X;
        for (var i = 0; i < _positions.Length; i++) _positions[i].Y += velocities[i].Y;
        for (var i = 0; i < _positions.Length; i++) _positions[i].X -= velocities[i].X;
        for (var i = 0; i < _positions.Length; i++) _positions[i].Y -= velocities[i].Y;
    }

    [Benchmark(OperationsPerInvoke = 4)]
    public void Delegates()
    {
        foreach (var lambda in _lambdas)
            _world.Query(_description, lambda);
    }
}
