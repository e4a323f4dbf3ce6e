using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.LoadTest.Compare.Servers;

/// <summary>ASP.NET Core's WebSockets, as its documentation uses them: a receive loop for each, and SendAsync from the frame.</summary>
internal sealed class KestrelServer : ILoadServer
{
    private readonly TrafficShape _shape;
    private readonly Tally _tally;
    private readonly byte[] _message;
    private readonly ConcurrentQueue<KestrelPeer> _accepted = [];
    private readonly List<KestrelPeer> _peers = [];
    private readonly WebApplication _application = AspNetHost.Create();

    public KestrelServer(TrafficShape shape, Tally tally)
    {
        (_shape, _tally, _message) = (shape, tally, shape.Batch(new ChannelId(1000)));
        _application.UseWebSockets(new WebSocketOptions { KeepAliveInterval = TimeSpan.Zero });
        _application.Map("/ws", AcceptAsync);
    }

    public Task<int> StartAsync() => AspNetHost.StartAsync(_application);

    public long RunFrame(float step)
    {
        while (_accepted.TryDequeue(out var peer)) _peers.Add(peer);
        _peers.RemoveAll(static peer => peer.IsEnded);
        var flushBegun = Stopwatch.GetTimestamp();
        if (_shape.ServerSends)
        {
            foreach (var peer in _peers) peer.Send(_message);
        }

        return flushBegun;
    }

    public ValueTask DisposeAsync() => _application.DisposeAsync();

    private async Task AcceptAsync(HttpContext context)
    {
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        var peer = new KestrelPeer(socket, _shape, _tally);
        _accepted.Enqueue(peer);
        try
        {
            await peer.ReceiveAsync();
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException)
        {
            // The peer is gone without a closing handshake: that is how a run ends.
        }

        peer.IsEnded = true;
        _tally.CountEnded();
    }
}

/// <summary>One WebSocket of Kestrel's, which its request owns.</summary>
internal sealed class KestrelPeer(WebSocket socket, TrafficShape shape, Tally tally)
{
    private readonly byte[] _receiving = new byte[shape.BatchBytes + 1];
    private Task _sending = Task.CompletedTask;
    private volatile bool _ended;

    public bool IsEnded
    {
        get => _ended;
        set => _ended = value;
    }

    public async Task ReceiveAsync()
    {
        for (var filled = 0; ;)
        {
            var received = await socket.ReceiveAsync(_receiving.AsMemory(filled), default);
            if (received.MessageType == WebSocketMessageType.Close) return;
            filled += received.Count;
            if (!received.EndOfMessage) continue;
            tally.CountIn(1);
            if (shape.Mode == TrafficMode.Echo) await socket.SendAsync(_receiving.AsMemory(0, filled), WebSocketMessageType.Binary, true, default);
            filled = 0;
        }
    }

    /// <summary>Begins to send, unless the one before is still under way. The frame does not wait.</summary>
    public void Send(byte[] message)
    {
        if (!_sending.IsCompleted)
        {
            tally.CountSkipped();
            return;
        }

        var sending = socket.SendAsync(message.AsMemory(), WebSocketMessageType.Binary, true, default);
        _sending = sending.IsCompletedSuccessfully ? Task.CompletedTask : sending.AsTask();
    }
}
