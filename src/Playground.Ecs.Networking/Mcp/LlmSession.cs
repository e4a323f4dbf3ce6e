using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.Mcp;

/// <summary>
/// A model's session: an identity with a channel and an entity while it lasts. The loop makes and ends it; members that other threads may
/// use say so.
/// </summary>
internal sealed class LlmSession(LlmIdentity identity, ChannelId channel, uint generation)
{
    private int _pins;
    private long _lastUsed;
    private volatile bool _isOver;

    /// <summary>Who it is. Any thread.</summary>
    public LlmIdentity Identity { get; } = identity;

    /// <summary>Its channel. Any thread.</summary>
    public ChannelId Channel { get; } = channel;

    /// <summary>Tells it from another that had the channel before. Any thread.</summary>
    public uint Generation { get; } = generation;

    /// <summary>True when it has ended. Any thread.</summary>
    public bool IsOver
    {
        get => _isOver;
        set => _isOver = value;
    }

    /// <summary>Keeps it from becoming idle while a stream or a session of the older protocol is open. Any thread.</summary>
    public void Pin() => Interlocked.Increment(ref _pins);

    /// <summary>Undoes a <see cref="Pin"/>. Any thread.</summary>
    public void Unpin(long now)
    {
        Touch(now);
        Interlocked.Decrement(ref _pins);
    }

    /// <summary>Says that it is in use. Any thread.</summary>
    /// <param name="now">A timestamp of the system's clock.</param>
    public void Touch(long now) => Volatile.Write(ref _lastUsed, now);

    /// <summary>When it was last used; while it is pinned, now.</summary>
    public long LastUsed(long now) => Volatile.Read(ref _pins) > 0 ? now : Volatile.Read(ref _lastUsed);
}
