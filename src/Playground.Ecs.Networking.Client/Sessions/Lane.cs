namespace Playground.Ecs.Networking.Client.Sessions;

/// <summary>The packets of one priority and reliability that wait, oldest first. Each is in one lane at most.</summary>
internal sealed class Lane
{
    private OutPacket? _last;

    public OutPacket? First { get; private set; }

    /// <summary>Bytes that are not yet written, headers included.</summary>
    public int Bytes { get; private set; }

    /// <summary>True while a train's rest waits: no other packet of this priority and reliability may be written before it.</summary>
    public bool IsInTrain => First is { IsBegun: true };

    /// <summary>The payload bytes of that train, written and waiting; 0: none.</summary>
    public int TrainBytes => IsInTrain ? First!.PayloadLength : 0;

    /// <summary>The bytes that could be dropped: all but a train's rest.</summary>
    public int BytesNotBegun => IsInTrain ? Bytes - First!.BytesLeft : Bytes;

    /// <summary>The oldest packet that may be dropped.</summary>
    public OutPacket? FirstNotBegun => IsInTrain ? First!.Next : First;

    public void Add(OutPacket packet)
    {
        packet.Previous = _last;
        if (_last is null) First = packet;
        else _last.Next = packet;
        _last = packet;
        Bytes += packet.BytesLeft;
    }

    /// <summary>Takes the packet out of the lane; it stays its caller's.</summary>
    public void Remove(OutPacket packet)
    {
        if (packet.Previous is null) First = packet.Next;
        else packet.Previous.Next = packet.Next;
        if (packet.Next is null) _last = packet.Previous;
        else packet.Next.Previous = packet.Previous;
        packet.Previous = packet.Next = null;
        Bytes -= packet.BytesLeft;
    }

    /// <summary>To be called when bytes of the first packet were written.</summary>
    public void Wrote(int bytes) => Bytes -= bytes;
}
