using System.Buffers;
using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.Client.Sessions;

/// <summary>
/// The client's side of the protocol: sessions, reliable delivery, requests and liveness over any number of links, one at a time
/// (PROTOCOL.md, sections 4 and 6 to 9). It knows no socket, clock, thread, timer or lock: a driver feeds it and writes what it gives.
/// For one thread at a time.
/// </summary>
/// <remarks>
/// <c>now</c> is monotonic time in ticks of 100 ns and never goes back. Callbacks run inside the call that completes them and must
/// not call the session.
/// </remarks>
internal sealed class ClientSession : IDisposable
{
    private readonly ClientOptions _options;
    private readonly Random _jitter;
    private readonly ArrayPool<byte> _pool;

    public ClientSession(ClientOptions options, Random jitter, ArrayPool<byte> pool)
    {
        options.Validate();
        _options = options;
        _jitter = jitter;
        _pool = pool;
        AuthToken = options.AuthToken;
    }

    /// <summary>The credential of the next Hello.</summary>
    public string? AuthToken { get; set; }

    public ClientState State { get; private set; } = new ClientState.Idle();

    /// <summary>When <see cref="Tick"/> wants to run; <see cref="long.MaxValue"/>: never.</summary>
    public long NextDeadline => long.MaxValue;

    /// <summary>The driver should open a link now; true until it says LinkOpened or LinkFailed.</summary>
    public bool WantsLink { get; private set; }

    /// <summary>False while the inbox is full of reliable packets: the driver leaves the link unread.</summary>
    public bool CanReceive => true;

    // Driver to session

    /// <summary>From now on the session wants a link.</summary>
    public void Start(long now) => WantsLink = true;

    /// <summary>The WebSocket is open: Hello is the next batch.</summary>
    public void LinkOpened(long now) => WantsLink = false;

    /// <summary>The WebSocket could not be opened.</summary>
    /// <param name="reason">Why, for people.</param>
    /// <param name="retryAfter">What the server asked for with its refusal, where it did.</param>
    /// <param name="now">The time.</param>
    public void LinkFailed(string reason, TimeSpan? retryAfter, long now) => State = new ClientState.Closed(new NetworkError.NotConnected(reason));

    /// <summary>Takes one whole binary message; its bytes are not kept.</summary>
    public void Receive(ReadOnlyMemory<byte> message, long now)
    {
    }

    /// <summary>The link ended, by whichever side; 1006 when without a close.</summary>
    public void LinkClosed(ushort code, string reason, long now)
    {
    }

    /// <summary>Does what is due; may be called at any time.</summary>
    public void Tick(long now)
    {
    }

    // Session to driver

    /// <summary>Writes the next WebSocket message; false when nothing waits.</summary>
    public bool TryTakeBatch(IBufferWriter<byte> message) => false;

    /// <summary>
    /// Whether the session wants its link closed, after the batches that were taken before; once per link. 1006: abort it. The driver says
    /// LinkClosed when that is done, in any case.
    /// </summary>
    public bool TryTakeClose(out ushort code, out string reason)
    {
        code = 0;
        reason = string.Empty;
        return false;
    }

    /// <summary>The next state change, packet, request or error, in the order in which they happened.</summary>
    public bool TryTakeEvent(out ClientEvent e)
    {
        e = default;
        return false;
    }

    // Application

    /// <summary>Sends an unreliable packet; on channel 0 only broadcasts.</summary>
    /// <returns>Ok when queued; NotConnected without a session's link, LimitExceeded, InvalidArgument, Forbidden.</returns>
    public NetworkResult Send(ChannelId channel, ushort type, ReadOnlySpan<byte> payload, Priority priority) =>
        new NetworkError.NotConnected("there is no link");

    /// <summary>Sends a packet that arrives exactly once, however often the link ends; waits where there is no link.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="type">The channel's own packet type.</param>
    /// <param name="payload">The payload, copied.</param>
    /// <param name="priority">Its lane.</param>
    /// <param name="acknowledged">Called once when the call returned Ok: Ok, NotConnected when the session ended, Timeout.</param>
    /// <param name="deadline">When to give up; <see cref="long.MaxValue"/>: never.</param>
    /// <returns>Ok when queued; LimitExceeded, InvalidArgument, Forbidden, NotConnected once closed.</returns>
    public NetworkResult SendReliable(
        ChannelId channel, ushort type, ReadOnlySpan<byte> payload, Priority priority, Action<NetworkResult>? acknowledged = null, long deadline = long.MaxValue) =>
        new NetworkError.NotConnected("there is no link");

    /// <summary>Asks a channel's owner.</summary>
    /// <param name="channel">The channel, not 0.</param>
    /// <param name="type">The channel's own request type.</param>
    /// <param name="body">The question, copied.</param>
    /// <param name="priority">Its lane.</param>
    /// <param name="answered">Called once when the call returned Ok, with the answer's bytes or an error.</param>
    /// <param name="deadline">When to give up with Timeout.</param>
    public NetworkResult Request(
        ChannelId channel, ushort type, ReadOnlySpan<byte> body, Priority priority, Action<NetworkResult<ReadOnlyMemory<byte>>> answered, long deadline) =>
        new NetworkError.NotConnected("there is no link");

    /// <summary>Asks the server (control types 5-8, 10, 11): <c>Ask(id => new Subscribe(id, "echo"), ...)</c>.</summary>
    /// <param name="question">Makes the message with the number that it is given.</param>
    /// <param name="replied">Called once when the call returned Ok, with the reply that is not an error, or an error.</param>
    /// <param name="deadline">When to give up with Timeout.</param>
    public NetworkResult Ask<T>(Func<uint, T> question, Action<NetworkResult<Reply>> replied, long deadline)
        where T : struct, IMessage<T> =>
        new NetworkError.NotConnected("there is no link");

    /// <summary>Answers a <see cref="ClientEventKind.Request"/> event, once; the answer to a request of a lost session is dropped.</summary>
    public NetworkResult Respond(ChannelId channel, RequestId request, NetworkResult<ReadOnlyMemory<byte>> answer) =>
        new NetworkError.NotConnected("there is no link");

    /// <summary>Ends the session: writes what waits, says Goodbye and closes with 1000.</summary>
    public void Close(long now)
    {
    }

    /// <summary>Fails what is under way and returns the buffers.</summary>
    public void Dispose()
    {
    }
}
