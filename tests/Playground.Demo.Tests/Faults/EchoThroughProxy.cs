using System.Buffers.Binary;
using System.Net;
using Playground.Ecs.Networking;
using Playground.Ecs.Networking.Client;
using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Testing.Proxies;

namespace Playground.Demo.Tests.Faults;

/// <summary>A demo, a proxy before it, and a .NET client that has its reliable packets echoed through both.</summary>
internal sealed class EchoThroughProxy : IAsyncDisposable
{
    // High, Normal and Low: a packet's number says its lane.
    private const int Lanes = 3;

    private readonly DemoHost _demo;
    private readonly CancellationTokenSource _deadline = new(TimeSpan.FromSeconds(60));
    private readonly List<ClientState> _states = [];
    private readonly List<int> _echoes = [];
    private readonly List<Task<NetworkResult>> _sends = [];
    private readonly TaskCompletionSource _isComplete = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _expected = int.MaxValue;

    private EchoThroughProxy(DemoHost demo, FaultProxy proxy, NetworkClient client, ClientChannel echo)
    {
        (_demo, Proxy, Client, Echo) = (demo, proxy, client, echo);
        client.StateChanged += state =>
        {
            lock (_states)
            {
                _states.Add(state);
                _changed.SetResult();
                _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        };
        echo.Received += Take;
    }

    public FaultProxy Proxy { get; }

    public NetworkClient Client { get; }

    public ClientChannel Echo { get; }

    /// <summary>What the client's state became since the first Welcome.</summary>
    public IReadOnlyList<ClientState> States
    {
        get
        {
            lock (_states) return [.. _states];
        }
    }

    public static async Task<EchoThroughProxy> StartAsync(string transport)
    {
        var demo = await RunningDemo.StartAsync(new DemoOptions { Bots = 0, Transport = transport });
        var proxy = FaultProxy.Start(new IPEndPoint(IPAddress.Loopback, demo.WebSocketUri.Port));
        var client = new NetworkClient(new ClientOptions
        {
            Uri = new UriBuilder(demo.WebSocketUri) { Host = proxy.EndPoint.Address.ToString(), Port = proxy.EndPoint.Port }.Uri,
            ClientName = "behind a proxy",
            ConnectTimeout = TimeSpan.FromSeconds(2),
            HeartbeatTimeout = TimeSpan.FromSeconds(2),
            AckTimeout = TimeSpan.FromSeconds(1.5),
            ReconnectDelayMin = TimeSpan.FromSeconds(0.05),
            ReconnectDelayMax = TimeSpan.FromSeconds(0.5),
        });
        (await client.ConnectAsync()).Unwrap();
        return new EchoThroughProxy(demo, proxy, client, (await client.FindChannelAsync("echo")).Unwrap());
    }

    /// <summary>Sends packets that carry the numbers from where the last call ended; nobody waits for them yet.</summary>
    public void Send(int count)
    {
        var number = new byte[sizeof(int)];
        for (var i = 0; i < count; i++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(number, _sends.Count);
            _sends.Add(Echo.SendReliableAsync(1, number, (Priority)(1 + (_sends.Count % Lanes))).AsTask());
        }
    }

    /// <summary>How often the session went on on a new link.</summary>
    public int Resumes => States.Count(s => s is ClientState.Resumed);

    /// <summary>Returns when the client's states so far satisfy a condition.</summary>
    public async Task UntilAsync(Func<bool> condition)
    {
        while (!condition())
        {
            TaskCompletionSource changed;
            lock (_states) changed = _changed;
            if (!condition()) await changed.Task.WaitAsync(_deadline.Token);
        }
    }

    /// <summary>Returns when all that was sent is acknowledged and echoed; asserts that each came back once, and in the order of its lane.</summary>
    public async Task ExpectEverythingAsync()
    {
        foreach (var send in _sends) Assert.That((await send.WaitAsync(_deadline.Token)).Error, Is.Null);
        lock (_echoes)
        {
            _expected = _sends.Count;
            if (_echoes.Count >= _expected) _isComplete.TrySetResult();
        }

        await _isComplete.Task.WaitAsync(_deadline.Token);
        lock (_echoes)
        {
            for (var lane = 0; lane < Lanes; lane++) Assert.That(_echoes.Where(number => number % Lanes == lane), Is.Ordered.Ascending);
            Assert.That(_echoes.Order(), Is.EqualTo(Enumerable.Range(0, _expected)));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _deadline.CancelAsync();
        await Client.DisposeAsync();
        await Proxy.DisposeAsync();
        await _demo.DisposeAsync();
        _deadline.Dispose();
    }

    private void Take(ClientPacket packet)
    {
        lock (_echoes)
        {
            _echoes.Add(BinaryPrimitives.ReadInt32LittleEndian(packet.Data.Span));
            if (_echoes.Count >= _expected) _isComplete.TrySetResult();
        }
    }
}
