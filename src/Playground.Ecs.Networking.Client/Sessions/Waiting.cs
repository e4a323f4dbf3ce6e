using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.Client.Sessions;

/// <summary>Something that ends exactly once: with an outcome, an error, or at its deadline.</summary>
internal abstract class Waiting(long deadline)
{
    /// <summary>When it fails with Timeout, in ticks; <see cref="long.MaxValue"/>: never.</summary>
    public long Deadline { get; } = deadline;

    /// <summary>Its packet while that waits in the outbox; null once all of it was written.</summary>
    public OutPacket? Packet { get; set; }

    public bool IsOver { get; private set; }

    public void Fail(NetworkError error)
    {
        if (TryEnd()) OnFailed(error);
    }

    protected bool TryEnd()
    {
        if (IsOver) return false;
        IsOver = true;
        return true;
    }

    protected abstract void OnFailed(NetworkError error);
}

/// <summary>A reliable packet whose sender wants to know that it arrived.</summary>
internal sealed class Delivery(Action<NetworkResult> acknowledged, long deadline) : Waiting(deadline)
{
    /// <summary>The number of its last packet, once that is written.</summary>
    public Sequence Last { get; set; }

    public void Acknowledge()
    {
        if (TryEnd()) acknowledged(NetworkResult.Ok);
    }

    protected override void OnFailed(NetworkError error) => acknowledged(error);
}

/// <summary>A question with a number, which waits for its answer.</summary>
internal abstract class Question(uint id, long deadline) : Waiting(deadline)
{
    public uint Id { get; } = id;
}

/// <summary>A question to a channel's owner.</summary>
internal sealed class ChannelQuestion(uint id, ChannelId channel, Action<NetworkResult<ReadOnlyMemory<byte>>> answered, long deadline)
    : Question(id, deadline)
{
    public ChannelId Channel { get; } = channel;

    public void Answer(in Response response)
    {
        if (!TryEnd()) return;
        if (response.Error == ErrorCode.None) answered(NetworkResult<ReadOnlyMemory<byte>>.From(response.Body.ToArray()));
        else answered(NetworkError.FromPeer(response.Error, response.Message, Channel));
    }

    protected override void OnFailed(NetworkError error) => answered(error);
}

/// <summary>A question to the server itself, over channel 0.</summary>
internal sealed class ControlQuestion(uint id, Action<NetworkResult<Reply>> replied, long deadline) : Question(id, deadline)
{
    public void Answer(in Reply reply)
    {
        if (!TryEnd()) return;
        if (reply.Error == ErrorCode.None) replied(reply with { Value = reply.Value.ToArray() });
        else replied(NetworkError.FromPeer(reply.Error, reply.Message));
    }

    protected override void OnFailed(NetworkError error) => replied(error);
}
