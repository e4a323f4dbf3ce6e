using Playground.Ecs.Networking.Channels;
using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.Mcp;

/// <summary>
/// A model's session: an identity with a channel and an entity while it lasts. The loop makes and ends it, and its members are the loop's but
/// for those that say otherwise.
/// </summary>
internal sealed class LlmSession(LlmIdentity identity, Channel channel, uint generation, McpOptions options, TimeProvider time)
{
    private readonly Lock _limits = new();
    private readonly long _begun = time.GetTimestamp();
    private int _pins;
    private long _lastUsed = time.GetTimestamp();
    private volatile bool _isOver;
    private int _callsPending;
    private double _tokens = 2.0 * options.CallsPerSecond;
    private long _tokensAt = time.GetTimestamp();

    /// <summary>Who it is. Any thread.</summary>
    public LlmIdentity Identity { get; } = identity;

    /// <summary>The number of its channel. Any thread.</summary>
    public ChannelId Channel { get; } = channel.Id;

    /// <summary>Tells it from another that had the channel before. Any thread.</summary>
    public uint Generation { get; } = generation;

    /// <summary>True when it has ended. Any thread.</summary>
    public bool IsOver
    {
        get => _isOver;
        set => _isOver = value;
    }

    /// <summary>What waits for its next result is sent here.</summary>
    public Channel Inbox { get; } = channel;

    public Entity Entity { get; set; } = Entity.Null;

    public string PeerId { get; set; } = string.Empty;

    /// <summary>Its calls without a result yet.</summary>
    public HashSet<PendingToolCall> Calls { get; } = [];

    public ulong CallCount { get; set; }

    public string LastTool { get; set; } = string.Empty;

    public ulong PacketsSent { get; set; }

    public ulong LastActivity { get; set; }

    /// <summary>Calls and results when the inspector last told of it.</summary>
    public ulong PacketsTold { get; set; }

    /// <summary>How long it has been there.</summary>
    public TimeSpan Age => time.GetElapsedTime(_begun);

    /// <summary>True while its components are behind.</summary>
    public bool IsDirty { get; set; }

    public Queue<LlmMessage> Messages { get; } = [];

    public int MessageBytes { get; set; }

    /// <summary>Keeps it from becoming idle while a stream or a session of the older protocol is open. Any thread.</summary>
    public void Pin() => Interlocked.Increment(ref _pins);

    /// <summary>Undoes a <see cref="Pin"/>. Any thread.</summary>
    public void Unpin()
    {
        Touch();
        Interlocked.Decrement(ref _pins);
    }

    /// <summary>Says that it is in use. Any thread.</summary>
    public void Touch() => Volatile.Write(ref _lastUsed, time.GetTimestamp());

    /// <summary>How long nobody has used it; nothing while it is pinned or has calls. Any thread.</summary>
    public TimeSpan Idle => Volatile.Read(ref _pins) > 0 || Volatile.Read(ref _callsPending) > 0
        ? TimeSpan.Zero
        : time.GetElapsedTime(Volatile.Read(ref _lastUsed));

    /// <summary>Counts a call that begins against the session's limits. Any thread.</summary>
    /// <returns>Null, and <see cref="EndCall"/> is due; otherwise a sentence for the model.</returns>
    public string? TryBeginCall()
    {
        Touch();
        lock (_limits)
        {
            var now = time.GetTimestamp();
            _tokens = Math.Min(2.0 * options.CallsPerSecond, _tokens + (time.GetElapsedTime(_tokensAt, now).TotalSeconds * options.CallsPerSecond));
            _tokensAt = now;
            if (_tokens < 1)
            {
                var wait = (1 - _tokens) * 1000 / options.CallsPerSecond;
                return $"Too many calls: this server allows {options.CallsPerSecond} a second. Try again in {Math.Ceiling(wait)} ms.";
            }

            if (_callsPending >= options.CallsPendingMax)
            {
                return $"Too many calls at once: {options.CallsPendingMax} of yours are still running. Wait for one of them.";
            }

            _tokens--;
            _callsPending++;
            return null;
        }
    }

    /// <summary>A call has ended. Any thread.</summary>
    public void EndCall()
    {
        Touch();
        lock (_limits) _callsPending--;
    }
}
