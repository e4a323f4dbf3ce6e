using System.Buffers.Binary;
using System.Net;
using System.Net.WebSockets;
using Playground.Ecs.Networking.Channels;
using Playground.Ecs.Networking.Client;
using Playground.Ecs.Networking.Links;
using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Testing.Proxies;

namespace Playground.Ecs.Networking.Tests.Links;

/// <summary>
/// What sessions ask of every transport: a link may end in any way, and its session goes on over the next one. The .NET client and a system
/// of its own loop, with a failing network between them.
/// </summary>
public abstract class SessionConformance
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly List<ClientState> _states = [];
    private readonly List<Task<NetworkResult>> _sends = [];
    private readonly List<int> _echoes = [];
    private NetworkingSystem _system = null!;
    private FaultProxy _proxy = null!;
    private NetworkClient _client = null!;
    private ClientChannel _echo = null!;

    protected abstract ITransport CreateTransport();

    protected virtual string Scheme => "ws";

    protected virtual NetworkingOptions Configure(NetworkingOptions options) => options;

    protected virtual void Configure(ClientWebSocketOptions options)
    {
    }

    [SetUp]
    public async Task Start()
    {
        _states.Clear();
        _sends.Clear();
        _echoes.Clear();
        _system = await StartSystemAsync(0);
        var port = _system.LocalEndPoint!.Port;
        _proxy = FaultProxy.Start(new IPEndPoint(IPAddress.Loopback, port));
        _client = new NetworkClient(new ClientOptions
        {
            Uri = new Uri($"{Scheme}://{_proxy.EndPoint}/ws"),
            ConfigureWebSocket = Configure,
            ConnectTimeout = TimeSpan.FromSeconds(2),
            HeartbeatTimeout = TimeSpan.FromSeconds(2),
            AckTimeout = TimeSpan.FromSeconds(1.5),
            ReconnectDelayMin = TimeSpan.FromSeconds(0.05),
            ReconnectDelayMax = TimeSpan.FromSeconds(0.3),
        });
        _client.StateChanged += state =>
        {
            lock (_states) _states.Add(state);
        };
        (await _client.ConnectAsync()).Unwrap();
        _echo = (await _client.FindChannelAsync("echo")).Unwrap();
        _echo.Received += packet =>
        {
            lock (_echoes) _echoes.Add(BinaryPrimitives.ReadInt32LittleEndian(packet.Data.Span));
        };
    }

    [TearDown]
    public async Task Stop()
    {
        await _client.DisposeAsync();
        await _proxy.DisposeAsync();
        await _system.DisposeAsync();
    }

    [Test]
    public async Task A_link_that_is_reset_loses_nothing_and_repeats_nothing()
    {
        for (var cut = 1; cut <= 5; cut++)
        {
            Send(40);
            _proxy.Cut();
            Send(40);
            var resumes = cut;
            await UntilAsync(() => Count<ClientState.Resumed>() >= resumes);
        }

        await ExpectAllAsync();
        Assert.That(Count<ClientState.SessionLost>(), Is.Zero);
    }

    [Test]
    public async Task A_half_open_link_is_replaced_by_the_next_one_while_the_server_still_holds_it()
    {
        Send(40);
        _proxy.HalfOpen();
        Send(40);
        await UntilAsync(() => Count<ClientState.Resumed>() > 0);
        await ExpectAllAsync();
        Assert.That(Count<ClientState.SessionLost>(), Is.Zero);
        Assert.That((await _system.GetStatsAsync()).Unwrap().ConnectionsActive, Is.EqualTo(1));
    }

    [Test]
    public async Task A_reset_in_the_middle_of_a_train_completes_it_once_on_the_next_link()
    {
        var large = new byte[200_000];
        BinaryPrimitives.WriteInt32LittleEndian(large, 0);
        var sent = _echo.SendReliableAsync(1, large, Priority.Low).AsTask();
        _proxy.Cut();
        Assert.That((await sent.WaitAsync(Patience)).Error, Is.Null);
        await UntilAsync(() => Echoes().Length == 1);
        Assert.That(Count<ClientState.SessionLost>(), Is.Zero);
    }

    [Test]
    public async Task A_server_that_is_started_again_begins_new_sessions_and_the_client_says_so()
    {
        Send(10);
        await ExpectAllAsync();
        var port = _system.LocalEndPoint!.Port;
        await _system.DisposeAsync();
        await UntilAsync(() => Count<ClientState.Reconnecting>() > 0);
        _system = await StartSystemAsync(port);
        await UntilAsync(() => Count<ClientState.SessionLost>() > 0);
        Assert.That(Count<ClientState.Resumed>(), Is.Zero);
        _sends.Clear();
        lock (_echoes) _echoes.Clear();
        Send(10);
        await ExpectAllAsync();
    }

    private async Task<NetworkingSystem> StartSystemAsync(int port)
    {
        var system = new NetworkingSystem(Configure(new NetworkingOptions { Port = port, Transport = CreateTransport() }));
        (await system.InitializeAsync()).Unwrap();
        (await system.RegisterPluginAsync("echo", new PluginOptions
        {
            Loopback = false,
            Handler = static (channel, in packet) =>
                channel.SendReliableTo(packet.Sender, packet.PacketType, packet.Data.Span, packet.Priority).Unwrap(),
        })).Unwrap();
        return system;
    }

    private void Send(int count)
    {
        for (var i = 0; i < count; i++)
        {
            _sends.Add(_echo.SendReliableAsync(1, BitConverter.GetBytes(_sends.Count)).AsTask());
        }
    }

    private async Task ExpectAllAsync()
    {
        foreach (var sent in _sends) Assert.That((await sent.WaitAsync(Patience)).Error, Is.Null);
        await UntilAsync(() => Echoes().Length >= _sends.Count);
        Assert.That(Echoes(), Is.EqualTo(Enumerable.Range(0, _sends.Count)), "each once and in order");
    }

    private int[] Echoes()
    {
        lock (_echoes) return [.. _echoes];
    }

    private int Count<T>()
    {
        lock (_states) return _states.Count(static state => state is T);
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var deadline = new CancellationTokenSource(Patience);
        using var turns = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (!condition()) await turns.WaitForNextTickAsync(deadline.Token);
    }
}
