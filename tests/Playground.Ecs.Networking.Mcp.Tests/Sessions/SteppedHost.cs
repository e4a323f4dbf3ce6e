using System.Collections.Concurrent;
using Microsoft.Extensions.Time.Testing;
using Playground.Ecs.Networking.Components;
using Playground.Ecs.Networking.Loop;

namespace Playground.Ecs.Networking.Mcp.Tests.Sessions;

/// <summary>A system in a game's loop, which runs in real time, while the time of the system is the test's.</summary>
internal sealed class SteppedHost : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly World _world = World.Create();
    private readonly NetworkingSystem _system;
    private readonly Group<float> _systems;
    private readonly GameLoop _loop;
    private readonly ConcurrentQueue<Action> _asked = [];

    public SteppedHost(McpOptions? options = null)
    {
        _system = new NetworkingSystem(_world, new NetworkingOptions { Host = "127.0.0.1", Port = 0, TimeProvider = Time, Mcp = options ?? new McpOptions() });
        _systems = new Group<float>("game", _system);
        _systems.Initialize();
        _loop = new GameLoop(RunFrame, new GameLoopOptions { FrameRate = 500, YieldTime = TimeSpan.Zero });
        _loop.Start();
    }

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    public Uri McpUri => new($"http://127.0.0.1:{_system.LocalEndPoint!.Port}/mcp");

    /// <summary>What there is of the models: entities with their component, and channels of theirs.</summary>
    public async Task<(int Entities, int Channels)> CountModelsAsync()
    {
        var entities = await InFrameAsync(() => _world.CountEntities(new QueryDescription().WithAll<LlmSessionComponent>()));
        var channels = (await _system.ListChannelsAsync()).Unwrap();
        return (entities, channels.Count(static channel => channel.Channel.Value is >= 2000 and < 3000));
    }

    /// <summary>Frame by frame, until there are so many sessions of models.</summary>
    public async Task<(int Entities, int Channels)> WaitForModelsAsync(int count)
    {
        using var deadline = new CancellationTokenSource(Patience);
        while (true)
        {
            var models = await CountModelsAsync();
            if (models == (count, count) || deadline.IsCancellationRequested) return models;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _system.DisposeAsync();
        await _loop.DisposeAsync();
        _systems.Dispose();
        World.Destroy(_world);
    }

    private async Task<T> InFrameAsync<T>(Func<T> question)
    {
        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        _asked.Enqueue(() => answer.SetResult(question()));
        return await answer.Task.WaitAsync(Patience);
    }

    private void RunFrame(float step)
    {
        _systems.BeforeUpdate(step);
        _systems.Update(step);
        _systems.AfterUpdate(step);
        while (_asked.TryDequeue(out var ask)) ask();
    }
}
