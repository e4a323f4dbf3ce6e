using System.Buffers;
using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.Client.Sessions;

/// <summary>
/// Reliable delivery of one session, both directions (PROTOCOL.md, section 8): the window of what was written, its deliveries that
/// wait for an acknowledgement, and what was received. Survives links, not sessions.
/// </summary>
internal sealed class ReliableStream : IDisposable
{
    private readonly ReliableWindow _window;
    private readonly Queue<Delivery> _deliveries = new();

    public ReliableStream(ClientOptions options, ArrayPool<byte> pool)
    {
        _window = new ReliableWindow(ProtocolLimits.ReliableWindowPackets, options.ReliableWindowBytes, pool, options.InitialSequence);
        Receiver = new ReliableReceiver(options.InitialSequence);
        Trains = new TrainAssembler(options.MaxPacketBytes, pool);
    }

    public ReliableReceiver Receiver { get; }

    /// <summary>The partial payloads that arrived; the unreliable ones among them belong to the link.</summary>
    public TrainAssembler Trains { get; }

    /// <summary>True when everything that was written was acknowledged.</summary>
    public bool IsAcknowledged => _window.IsEmpty;

    public bool IsReplaying => _window.IsReplaying;

    public bool HasRoomFor(int bytes) => _window.HasRoomFor(bytes);

    /// <summary>Numbers a framed packet in place.</summary>
    /// <param name="packet">The packet, header first.</param>
    /// <param name="delivery">Who is told when it, the last packet of its payload, was acknowledged.</param>
    public void Stamp(Span<byte> packet, Delivery? delivery)
    {
        var sequence = _window.Stamp(packet);
        if (delivery is null || delivery.IsOver) return;
        delivery.Last = sequence;
        _deliveries.Enqueue(delivery);
    }

    /// <summary>Takes an acknowledgement and tells those whose packets it covers.</summary>
    public AckStatus Acknowledge(Sequence sequence)
    {
        var status = _window.Acknowledge(sequence);
        if (status != AckStatus.Advanced) return status;
        while (_deliveries.TryPeek(out var delivery) && !delivery.Last.IsAfter(sequence)) _deliveries.Dequeue().Acknowledge();
        return status;
    }

    /// <summary>To be called on a new link, when the server said what it has: everything else is written again.</summary>
    public void BeginReplay() => _window.BeginReplay();

    /// <summary>Writes what is to be repeated, as far as it fits.</summary>
    public void ReplayInto(ref BatchWriter batch)
    {
        if (!_window.IsReplaying) return;
        var packets = _window.TakeReplay(batch.BytesLeft, batch.PacketsLeft, out var count);
        if (count > 0) batch.WritePackets(packets, count);
    }

    /// <summary>Tells those who wait for an acknowledgement that none will come.</summary>
    public void Fail(NetworkError error)
    {
        while (_deliveries.TryDequeue(out var delivery)) delivery.Fail(error);
    }

    public void Dispose()
    {
        _window.Dispose();
        Trains.Dispose();
    }
}
