using System.Threading.Channels;
using Microsoft.Extensions.Time.Testing;
using Playground.Ecs.Networking.Client.Links;
using Playground.Ecs.Networking.Client.Tests.Sessions;
using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.Client.Tests.Links;

/// <summary>A client whose links the test opens and plays by hand, and whose time it moves.</summary>
internal sealed class ClientRig : IAsyncDisposable
{
    /// <summary>How long a test waits, in real time, for what comes at once.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Channel<TaskCompletionSource<LinkOpening>> _attempts = Channel.CreateUnbounded<TaskCompletionSource<LinkOpening>>();
    private readonly Channel<ClientState> _states = Channel.CreateUnbounded<ClientState>();
    private byte _tokens;

    public ClientRig(ClientOptions? options = null)
    {
        Client = new NetworkClient((options ?? new ClientOptions()) with { TimeProvider = Time, JitterSeed = 1 }, OpenAsync);
        Client.StateChanged += state => _states.Writer.TryWrite(state);
        Client.UnhandledException += Thrown.Enqueue;
    }

    public FakeTimeProvider Time { get; } = new();

    public NetworkClient Client { get; }

    /// <summary>What the client reported of the application's callbacks.</summary>
    public System.Collections.Concurrent.ConcurrentQueue<Exception> Thrown { get; } = new();

    /// <summary>A client that is connected, with its first link; its first states are taken.</summary>
    public static async Task<(ClientRig Rig, FakeLink Link)> ConnectedAsync(ClientOptions? options = null)
    {
        var rig = new ClientRig(options);
        var connecting = rig.Client.ConnectAsync().AsTask();
        var link = await rig.AcceptAsync();
        rig.Welcome(link);
        Assert.That((await connecting.WaitAsync(Patience)).Error, Is.Null);
        await rig.ExpectAsync<ClientState.Connecting>();
        await rig.ExpectAsync<ClientState.Connected>();
        return (rig, link);
    }

    /// <summary>Waits for the client's next attempt, and opens the link; its Hello is taken.</summary>
    public async Task<FakeLink> AcceptAsync()
    {
        var link = await OpenAsync();
        await link.TakeAsync<Hello>();
        return link;
    }

    /// <summary>Waits for the client's next attempt, and opens the link.</summary>
    public async Task<FakeLink> OpenAsync()
    {
        var link = new FakeLink();
        (await AttemptAsync()).SetResult(new LinkOpening(link));
        return link;
    }

    public async Task RefuseAsync(string reason, TimeSpan? retryAfter = null) =>
        (await AttemptAsync()).SetResult(new LinkOpening(null, reason, retryAfter));

    /// <summary>The client's next attempt to open a link, to be answered by the test.</summary>
    public async Task<TaskCompletionSource<LinkOpening>> AttemptAsync() => await _attempts.Reader.ReadAsync().AsTask().WaitAsync(Patience);

    public void Welcome(FakeLink link, bool resumed = false, ushort lastReceived = 0) => link.Give(Wire.Message(
        new Welcome(ProtocolLimits.Version, "peer-1", new[] { ++_tokens }, resumed, lastReceived, 60, 1000, ProtocolLimits.DefaultMaxPacketBytes)));

    /// <summary>Asserts what the client's next state is.</summary>
    public async Task<T> ExpectAsync<T>()
        where T : ClientState
    {
        var state = await _states.Reader.ReadAsync().AsTask().WaitAsync(Patience);
        Assert.That(state, Is.InstanceOf<T>());
        return (T)state;
    }

    /// <summary>Waits as long as the client does, and accepts its next link.</summary>
    public async Task<FakeLink> ReconnectAsync()
    {
        Pass((await ExpectAsync<ClientState.Reconnecting>()).Delay);
        return await AcceptAsync();
    }

    /// <summary>Time passes, and the milliseconds by which timers are late.</summary>
    public void Pass(TimeSpan time) => Time.Advance(time + TimeSpan.FromMilliseconds(5));

    public async ValueTask DisposeAsync()
    {
        // No server answers a farewell here: its time passes at once.
        using var deadline = new CancellationTokenSource(Patience);
        var disposing = Client.DisposeAsync().AsTask();
        while (!disposing.IsCompleted)
        {
            deadline.Token.ThrowIfCancellationRequested();
            Time.Advance(TimeSpan.FromSeconds(10));
            await Task.Yield();
        }

        await disposing;
    }

    private async ValueTask<LinkOpening> OpenAsync(CancellationToken cancellationToken)
    {
        var attempt = new TaskCompletionSource<LinkOpening>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var cancelled = cancellationToken.UnsafeRegister(_ => attempt.TrySetCanceled(cancellationToken), null);
        _attempts.Writer.TryWrite(attempt);
        return await attempt.Task;
    }
}
