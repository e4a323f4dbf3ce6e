using System.Buffers.Binary;
using System.Net;
using System.Threading.Channels;
using Playground.Ecs.Networking.Client;

namespace Playground.Ecs.Networking.Tests.Faults;

/// <summary>
/// A client with a session that goes on exchanging packets, reliable and unreliable ones, while others misbehave. It loses nothing: each
/// packet comes back once, in order, over one and the same link.
/// </summary>
internal sealed class Bystander : IAsyncDisposable
{
    private const ushort Unreliable = 1;
    private const ushort Reliable = 2;

    private readonly NetworkClient _client;
    private readonly ClientChannel _echo;
    private readonly Channel<ClientPacket> _unreliable = System.Threading.Channels.Channel.CreateUnbounded<ClientPacket>();
    private readonly Channel<ClientPacket> _reliable = System.Threading.Channels.Channel.CreateUnbounded<ClientPacket>();
    private readonly List<ClientState> _changes = [];
    private readonly Task _exchanging;
    private volatile bool _isOver;
    private TaskCompletionSource _exchanged = New();
    private int _exchanges;

    private Bystander(NetworkClient client, ClientChannel echo)
    {
        (_client, _echo) = (client, echo);
        client.StateChanged += state =>
        {
            lock (_changes) _changes.Add(state);
        };
        echo.Received += packet => (packet.IsReliable ? _reliable : _unreliable).Writer.TryWrite(packet);
        _exchanging = Task.Run(ExchangeAsync);
    }

    /// <summary>What its state became since the first Welcome.</summary>
    public IReadOnlyList<ClientState> Changes
    {
        get
        {
            lock (_changes) return [.. _changes];
        }
    }

    public static async Task<Bystander> StartAsync(IPEndPoint server, string name = "bystander")
    {
        var client = Client(server, name);
        (await client.ConnectAsync().AsTask().WaitAsync(FaultServer.Patience)).Unwrap();
        return new Bystander(client, (await client.FindChannelAsync("echo")).Unwrap());
    }

    /// <summary>A client that is not connected yet, and proves who it is by its name.</summary>
    public static NetworkClient Client(IPEndPoint server, string name) => new(new ClientOptions
    {
        Uri = new Uri($"ws://{server}/ws"),
        ClientName = name,
        AuthToken = FaultServer.TokenOf(name),
        HeartbeatTimeout = FaultServer.Patience,
        AckTimeout = FaultServer.Patience,
        ReconnectDelayMin = TimeSpan.FromMilliseconds(20),
        ReconnectDelayMax = TimeSpan.FromMilliseconds(100),
    });

    /// <summary>Returns when so many more exchanges are complete.</summary>
    public async Task ExpectExchangesAsync(int count)
    {
        var aim = Volatile.Read(ref _exchanges) + count;
        while (Volatile.Read(ref _exchanges) < aim)
        {
            var exchanged = Volatile.Read(ref _exchanged).Task;
            if (Volatile.Read(ref _exchanges) >= aim) break;
            await await Task.WhenAny(exchanged, _exchanging).WaitAsync(FaultServer.Patience);
        }
    }

    /// <summary>Ends after the exchange that is under way, and asserts that nothing was lost.</summary>
    public async Task StopAsync()
    {
        _isOver = true;
        await _exchanging.WaitAsync(FaultServer.Patience);

        // The event of the first Welcome may come late.
        Assert.That(Changes.Where(static state => state is not ClientState.Connected), Is.Empty, "the bystander's link never ended");
        Assert.That((_unreliable.Reader.Count, _reliable.Reader.Count), Is.EqualTo((0, 0)), "packets that came twice");
    }

    public async ValueTask DisposeAsync()
    {
        _isOver = true;
        await _client.DisposeAsync();
        _unreliable.Writer.TryComplete();
        _reliable.Writer.TryComplete();
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task ExchangeAsync()
    {
        var number = new byte[sizeof(int)];
        while (!_isOver)
        {
            BinaryPrimitives.WriteInt32LittleEndian(number, _exchanges);
            (await _echo.SendAsync(Unreliable, number)).Unwrap();
            (await _echo.SendReliableAsync(Reliable, number)).Unwrap();
            await ExpectAsync(_unreliable, Unreliable);
            await ExpectAsync(_reliable, Reliable);
            Interlocked.Increment(ref _exchanges);
            Interlocked.Exchange(ref _exchanged, New()).SetResult();
        }
    }

    private async Task ExpectAsync(Channel<ClientPacket> echoes, ushort type)
    {
        var packet = await echoes.Reader.ReadAsync();
        Assert.That((packet.PacketType, BinaryPrimitives.ReadInt32LittleEndian(packet.Data.Span)), Is.EqualTo((type, _exchanges)), "each once and in order");
    }
}
