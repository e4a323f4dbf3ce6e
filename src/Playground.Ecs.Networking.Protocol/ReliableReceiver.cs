namespace Playground.Ecs.Networking.Protocol;

/// <summary>What the number of an arriving reliable packet says about it.</summary>
public enum ReliableStatus
{
    /// <summary>The next one: to be accepted, or left where it is.</summary>
    Next,

    /// <summary>Accepted before: to be dropped.</summary>
    Duplicate,

    /// <summary>One that cannot come next, since a WebSocket loses nothing: the link is closed with 4505.</summary>
    Gap,
}

/// <summary>
/// The receiving side of reliable delivery in one session (PROTOCOL.md, section 8): every packet once, in order, over any number of
/// links. For one thread at a time.
/// </summary>
/// <param name="last">The number that counts as the last one received; <see cref="Sequence.BeforeFirst"/> in a new session.</param>
public sealed class ReliableReceiver(Sequence last)
{
    /// <summary>The last packet accepted: what an <see cref="Ack"/>, Hello and Welcome say.</summary>
    public Sequence LastReceived { get; private set; } = last;

    /// <summary>True while something was accepted that the other side has not been told of, or seems not to know of.</summary>
    public bool OwesAck { get; private set; }

    /// <summary>Judges the next reliable packet of the link; changes nothing.</summary>
    public ReliableStatus Check(Sequence sequence) => sequence.DistanceFrom(LastReceived) switch
    {
        1 => ReliableStatus.Next,
        > -ProtocolLimits.ReliableWindowPackets and <= 0 => ReliableStatus.Duplicate,
        _ => ReliableStatus.Gap,
    };

    /// <summary>Takes the packet that <see cref="Check"/> called the next one.</summary>
    public void Accept()
    {
        LastReceived = LastReceived.Next;
        OwesAck = true;
    }

    /// <summary>
    /// Drops the packet that <see cref="Check"/> called a duplicate. Whoever repeats it does not know that it was received, and would
    /// wait for an acknowledgement until the next new packet, or for ever.
    /// </summary>
    public void Drop() => OwesAck = true;

    /// <summary>To be called when the other side is told of <see cref="LastReceived"/>, by an Ack, a Hello or a Welcome.</summary>
    public void Acknowledged() => OwesAck = false;
}
