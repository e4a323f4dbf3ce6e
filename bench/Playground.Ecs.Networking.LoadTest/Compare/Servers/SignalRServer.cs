using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;
using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.LoadTest.Compare.Servers;

/// <summary>SignalR with its MessagePack protocol: a hub's method for what comes in, Clients.All or Clients.Client from the frame.</summary>
internal sealed class SignalRServer : ILoadServer
{
    private readonly TrafficShape _shape;
    private readonly byte[] _message;
    private readonly WebApplication _application;
    private readonly IHubContext<LoadHub> _hub;
    private readonly SignalRLoad _load;
    private Task _sending = Task.CompletedTask;

    public SignalRServer(TrafficShape shape, Tally tally)
    {
        (_shape, _message, _load) = (shape, shape.Batch(new ChannelId(1000)), new SignalRLoad(shape, tally));
        _application = AspNetHost.Create(services => services.AddSingleton(_load).AddSignalR(static hub =>
        {
            hub.ClientTimeoutInterval = TimeSpan.FromMinutes(10);
            hub.MaximumReceiveMessageSize = 1024 * 1024;
        }).AddMessagePackProtocol());
        _application.MapHub<LoadHub>("/ws");
        _hub = _application.Services.GetRequiredService<IHubContext<LoadHub>>();
    }

    public Task<int> StartAsync() => AspNetHost.StartAsync(_application);

    public long RunFrame(float step)
    {
        var flushBegun = Stopwatch.GetTimestamp();
        if (!_shape.ServerSends || _load.Connected.IsEmpty) return flushBegun;
        if (_sending.IsCompleted) _sending = Send();
        else _load.Tally.CountSkipped();
        return flushBegun;
    }

    public ValueTask DisposeAsync() => _application.DisposeAsync();

    private Task Send() => _shape.Mode == TrafficMode.Direct
        ? Task.WhenAll(_load.Connected.Keys.Select(id => _hub.Clients.Client(id).SendAsync(LoadHub.Method, _message)))
        : _hub.Clients.All.SendAsync(LoadHub.Method, _message);
}

/// <summary>What the hub's calls share.</summary>
internal sealed record SignalRLoad(TrafficShape Shape, Tally Tally)
{
    public ConcurrentDictionary<string, bool> Connected { get; } = [];
}

/// <summary>The hub: counts, or sends back.</summary>
internal sealed class LoadHub(SignalRLoad load) : Hub
{
    public const string Method = nameof(Push);

    public override Task OnConnectedAsync()
    {
        load.Connected.TryAdd(Context.ConnectionId, true);
        return Task.CompletedTask;
    }

    public override Task OnDisconnectedAsync(Exception? exception)
    {
        load.Connected.TryRemove(Context.ConnectionId, out _);
        load.Tally.CountEnded();
        return Task.CompletedTask;
    }

    public Task Push(byte[] message)
    {
        load.Tally.CountIn(1);
        return load.Shape.Mode == TrafficMode.Echo ? Clients.Caller.SendAsync(Method, message) : Task.CompletedTask;
    }
}
