using System.Buffers;
using Playground.Ecs.Networking.Channels;
using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Sending;

namespace Playground.Ecs.Networking.Sessions;

/// <summary>What a peer that said Hello has over all its links (PROTOCOL.md, sections 7 and 8). Loop thread only.</summary>
internal sealed class Session(NetworkingOptions options, ArrayPool<byte> arrays, string? principal, ulong id)
{
    private Queue<(Sequence Sequence, Delivery Delivery)>? _deliveries;
    private List<Channel>? _lostChannels;

    /// <summary>Who authenticated; null where nobody has to.</summary>
    public string? Principal { get; } = principal;

    /// <summary>Finds the session behind a token.</summary>
    public ulong Id { get; } = id;

    /// <summary>The secret of the last Welcome, and the one before while that Welcome may have been lost; empty: none.</summary>
    public byte[] Secret { get; private set; } = [];

    public byte[] PreviousSecret { get; private set; } = [];

    /// <summary>What was written and not acknowledged.</summary>
    public ReliableWindow Window { get; } = new(
        ProtocolLimits.ReliableWindowPackets, options.ReliableWindowBytes, arrays, options.InitialSequence);

    /// <summary>What was received.</summary>
    public ReliableReceiver Receiver { get; } = new(options.InitialSequence);

    /// <summary>True while the new link has not yet got everything that was unacknowledged.</summary>
    public bool IsReplaying => Window.IsReplaying;

    /// <summary>Since when written packets have waited for an ack that advances, on the liveness clock.</summary>
    public long AckSince { get; set; }

    /// <summary>Since when it has had no link, on the liveness clock.</summary>
    public long AwaySince { get; set; }

    /// <summary>Channels that it was subscribed to or owned and that went away while it had no link.</summary>
    public List<Channel> LostChannels => _lostChannels ??= [];

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

    /// <summary>Whether a packet of so many bytes, header included, may be written now.</summary>
    public bool MayStamp(int bytes) => Window.HasRoomFor(bytes);

    /// <summary>Numbers a framed packet that is being written, and keeps a copy until it is acknowledged.</summary>
    /// <param name="packet">A whole packet that <see cref="MayStamp"/> allows.</param>
    /// <param name="delivery">Who waits for its acknowledgement; null: nobody.</param>
    public void Stamp(Span<byte> packet, Delivery? delivery)
    {
        var sequence = Window.Stamp(packet);
        if (delivery is not null) (_deliveries ??= []).Enqueue((sequence, delivery));
    }

    /// <summary>Judges an arriving reliable packet; changes nothing.</summary>
    public ReliableStatus Check(in PacketHeader header) => Receiver.Check(new Sequence(header.Sequence));

    /// <summary>The acknowledgement that is owed; null: none. It counts as sent with <see cref="ReliableReceiver.Acknowledged"/>.</summary>
    public Ack? OwedAck => Receiver.OwesAck ? new Ack(Receiver.LastReceived.Value) : null;

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
