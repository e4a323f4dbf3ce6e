using Playground.Ecs.Networking.Channels;
using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Sending;

namespace Playground.Ecs.Networking.Sessions;

/// <summary>What a peer that said Hello has over all its links (PROTOCOL.md, sections 7 and 8). Loop thread only.</summary>
internal sealed class Session(NetworkingOptions options, string? principal, ulong id)
{
    private Queue<(Sequence Sequence, Delivery Delivery)>? _deliveries;

    /// <summary>Who authenticated; null where nobody has to.</summary>
    public string? Principal { get; } = principal;

    /// <summary>Finds the session behind a token.</summary>
    public ulong Id { get; } = id;

    /// <summary>The secret of the last Welcome, and the one before while that Welcome may have been lost; empty: none.</summary>
    public byte[] Secret { get; private set; } = [];

    public byte[] PreviousSecret { get; private set; } = [];

    public ReliableWindow Window { get; } = new(
        ProtocolLimits.ReliableWindowPackets, options.ReliableWindowBytes, options.Arrays, options.InitialSequence);

    public ReliableReceiver Receiver { get; } = new(options.InitialSequence);

    /// <summary>Since when written packets have waited for an ack that advances, on the liveness clock.</summary>
    public long AckSince { get; set; }

    /// <summary>Since when it has had no link, on the liveness clock.</summary>
    public long AwaySince { get; set; }

    /// <summary>Channels that it was subscribed to and that went away while it had no link.</summary>
    public List<Channel> LostChannels { get; } = [];

    /// <summary>True from a Welcome until the first packet after it, which proves that it arrived.</summary>
    public bool AwaitsProof { get; private set; }

    /// <summary>Takes a new secret into use; the one that its peer proved to have stays valid until <see cref="Prove"/>.</summary>
    /// <param name="secret">The new one.</param>
    /// <param name="proven">The one that the peer's Hello carried; empty in a new session.</param>
    public void Renew(byte[] secret, byte[] proven)
    {
        PreviousSecret = proven;
        Secret = secret;
        AwaitsProof = true;
    }

    /// <summary>The peer has the last Welcome.</summary>
    public void Prove()
    {
        AwaitsProof = false;
        PreviousSecret = [];
    }

    /// <summary>Somebody waits for the acknowledgement of the packet that was stamped last.</summary>
    public void Await(Sequence sequence, Delivery delivery) => (_deliveries ??= []).Enqueue((sequence, delivery));

    /// <summary>Drops what the peer has, and tells who waited for it.</summary>
    public AckStatus Acknowledge(Connection connection, Sequence sequence, long now)
    {
        var status = Window.Acknowledge(sequence);
        if (status != AckStatus.Advanced) return status;
        AckSince = now;
        while (_deliveries is { Count: > 0 } && !_deliveries.Peek().Sequence.IsAfter(sequence))
        {
            _deliveries.Dequeue().Delivery.Acknowledge(connection);
        }

        return status;
    }

    /// <summary>Deliveries on a channel no longer wait for this peer.</summary>
    public void Withdraw(Connection connection, Channel channel)
    {
        if (_deliveries is null) return;
        foreach (var (_, delivery) in _deliveries)
        {
            if (delivery.Channel == channel) delivery.Withdraw(connection);
        }
    }

    /// <summary>The session is over: nothing is acknowledged any more.</summary>
    public void End(Connection connection)
    {
        while (_deliveries is { Count: > 0 }) _deliveries.Dequeue().Delivery.Fail(connection);
        Window.Dispose();
    }
}
