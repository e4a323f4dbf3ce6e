using System.Buffers;
using Playground.Ecs.Networking.Links;
using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.Testing.Frames;

/// <summary>
/// A client with a session over any number of memory links (PROTOCOL.md, sections 7 and 8), simple enough to judge the server by: it keeps
/// its token, numbers what it sends, repeats what was not acknowledged, drops what it has and acknowledges.
/// </summary>
public sealed class SessionPeer(NetworkHarness harness, string name = "test", string? authToken = null, ushort initialSequence = 0)
{
    private readonly List<(ushort Sequence, byte[] Packet)> _unacknowledged = [];
    private TrainAssembler _trains = new(16 * 1024 * 1024, ArrayPool<byte>.Shared);
    private readonly ushort _initial = initialSequence;
    private bool _isCut;
    private int _seen;

    /// <summary>The present link, or the last one.</summary>
    public TestPeer Link { get; private set; } = null!;

    public string PeerId => Welcome.PeerId;

    /// <summary>The last one received.</summary>
    public Welcome Welcome { get; private set; }

    /// <summary>What it comes back with.</summary>
    public byte[] Token { get; set; } = [];

    /// <summary>The number of the reliable packet sent last.</summary>
    public ushort Sent { get; set; } = initialSequence;

    /// <summary>The number of the reliable packet accepted last.</summary>
    public ushort Received { get; private set; } = initialSequence;

    /// <summary>Packets sent that the server has not acknowledged.</summary>
    public int UnacknowledgedCount => _unacknowledged.Count;

    /// <summary>False: it takes reliable packets and never says so.</summary>
    public bool Acknowledges { get; set; } = true;

    /// <summary>What arrived whole over all links, each reliable packet once, without what keeps links and sessions alive.</summary>
    public List<PeerPacket> Packets { get; } = [];

    /// <summary>Every packet of the present link as it came, without pings.</summary>
    public List<PeerPacket> Wire { get; } = [];

    /// <summary>Acknowledgements received, over all links.</summary>
    public List<ushort> Acks { get; } = [];

    /// <summary>Reliable packets that came again.</summary>
    public int Duplicates { get; private set; }

    public LinkEnd? End => Link.End;

    public bool HasLink => Link is not null;

    public bool IsOpen => Link.End is null;

    public CloseCode Code => (CloseCode)(Link.End?.Code ?? 0);

    /// <summary>Connects with a session that is new.</summary>
    public static SessionPeer Connect(NetworkHarness harness, string name = "test", string? authToken = null, ushort initialSequence = 0)
    {
        var peer = new SessionPeer(harness, name, authToken, initialSequence);
        peer.Resume();
        return peer;
    }

    public Entity Entity() => harness.System.QueryConnectionsAsync().AsTask().Result.Unwrap().Single(c => c.PeerId == PeerId).Entity;

    // Links

    /// <summary>Opens a link and says nothing on it; the one before stays as it is.</summary>
    public void Open(int receiveBytesMax = MemoryClient.DefaultReceiveBytesMax)
    {
        Link = harness.Connect(null, receiveBytesMax);
        Wire.Clear();
        (_seen, _isCut) = (0, false);
        _trains.DiscardUnreliable();
    }

    /// <summary>Says Hello with the token and the last number received, or another one.</summary>
    public void Hello(ushort? lastReceived = null) =>
        Link.SendControl(new Hello(ProtocolLimits.Version, name, authToken, Token, lastReceived ?? Received));

    /// <summary>Opens a link, says Hello, takes Welcome and repeats what it must.</summary>
    public Welcome Resume(int receiveBytesMax = MemoryClient.DefaultReceiveBytesMax)
    {
        Open(receiveBytesMax);
        Hello();
        harness.Step();
        Take();
        return Wire.Count > 0 && Wire[0].IsControl<Welcome>()
            ? Welcome
            : throw new InvalidOperationException($"No Welcome, but {Wire.FirstOrDefault()}; the link's end is {End}.");
    }

    /// <summary>Loses the link: what was not taken of it is lost, what was sent on it arrives before the server sees its end.</summary>
    public void Cut()
    {
        Link.Client.Abort();
        _isCut = true;
        harness.Step();
    }

    public void SayGoodbye() => Link.SendControl(new Goodbye(ErrorCode.None, string.Empty, 0));

    // Sending

    /// <summary>Sends a packet reliably, as a train where it is long, each fragment in a message of its own.</summary>
    public void Send(ChannelId channel, ushort type, ReadOnlySpan<byte> data, Priority priority = Priority.Normal)
    {
        foreach (var packet in Stamp(channel, type, data, priority)) Link.SendRaw(packet);
    }

    public void Send<T>(in T message, Priority priority = Priority.High)
        where T : struct, IMessage<T>
    {
        var body = new ArrayBufferWriter<byte>();
        message.WriteTo(body);
        Send(ChannelRanges.Control, T.WireType, body.WrittenSpan, priority);
    }

    /// <summary>Numbers a packet's fragments and keeps them until they are acknowledged; sending them is left to the caller.</summary>
    public List<byte[]> Stamp(ChannelId channel, ushort type, ReadOnlySpan<byte> data, Priority priority = Priority.Normal)
    {
        var packets = new List<byte[]>();
        foreach (var fragment in Fragmenter.Split(new PacketHeader(channel, type, priority, PacketFlags.Reliable), data.Length))
        {
            var packet = new byte[PacketWriter.SizeOf(fragment.Length)];
            PacketWriter.Write(packet, fragment.Header.WithSequence(++Sent), data.Slice(fragment.Offset, fragment.Length));
            _unacknowledged.Add((Sent, packet));
            packets.Add(packet);
        }

        return packets;
    }

    // Receiving

    /// <summary>Runs frames and takes what each brought.</summary>
    public void Step(int frames = 1)
    {
        for (; frames > 0; frames--)
        {
            harness.Step();
            Take();
        }
    }

    public void StepFor(TimeSpan time) => Step((int)Math.Ceiling(time.TotalSeconds * 60) + 1);

    /// <summary>Takes what has arrived on the present link and acknowledges it.</summary>
    public void Take()
    {
        if (_isCut) return;
        Link.All();
        var before = Received;
        for (; _seen < Link.Messages.Count; _seen++) Link.Messages[_seen].ForEach(Take);
        if (Acknowledges && Received != before && Link.End is null) Link.SendControl(new Ack(Received));
    }

    /// <summary>The packets of a channel that arrived since the last call, whole.</summary>
    public List<PeerPacket> TakeOf(ChannelId channel)
    {
        Take();
        var packets = Packets.Where(p => p.Channel == channel).ToList();
        Packets.RemoveAll(p => p.Channel == channel);
        return packets;
    }

    private void Take(PeerPacket packet)
    {
        if (packet.IsControl<Ping>()) return;
        Wire.Add(packet);
        if (packet.IsReliable && !Accept(packet)) return;
        if (packet.IsControl<Welcome>() && Protocol.Welcome.TryRead(packet.Data, out var welcome)) OnWelcome(welcome);
        else if (packet.IsControl<Ack>() && Ack.TryRead(packet.Data, out var ack)) OnAck(ack.Sequence);
        else if (!packet.IsControl<Goodbye>()) Assemble(packet);
    }

    private bool Accept(PeerPacket packet)
    {
        var distance = (short)(packet.Sequence - Received);
        if (distance > 1) throw new InvalidOperationException($"A gap: {packet.Sequence} behind {Received}.");
        if (distance < 1) Duplicates++;
        else Received = packet.Sequence;
        return distance == 1;
    }

    private void OnWelcome(in Welcome welcome)
    {
        if (Wire.Count != 1) throw new InvalidOperationException("Welcome is not the first packet.");
        Welcome = welcome;
        Token = welcome.ResumeToken.ToArray();
        if (!welcome.Resumed)
        {
            (Sent, Received) = (_initial, _initial);
            _unacknowledged.Clear();
            _trains = new TrainAssembler(16 * 1024 * 1024, ArrayPool<byte>.Shared);
        }

        OnAck(welcome.LastReceived);
        foreach (var (_, packet) in _unacknowledged) Link.SendRaw(packet);
    }

    private void OnAck(ushort sequence)
    {
        Acks.Add(sequence);
        if ((short)(Sent - sequence) < 0) throw new InvalidOperationException($"Acknowledged {sequence}; {Sent} was sent last.");
        _unacknowledged.RemoveAll(p => (short)(sequence - p.Sequence) >= 0);
    }

    private void Assemble(PeerPacket packet)
    {
        switch (_trains.Add(new PacketHeader(packet.Channel, packet.Type, packet.Priority, packet.Flags), packet.Data, out var train))
        {
            case TrainStatus.Single:
                Packets.Add(packet);
                break;
            case TrainStatus.Complete:
                Packets.Add(packet with { Data = train.Span.ToArray(), Sequence = 0 });
                if (train.Array is not null) ArrayPool<byte>.Shared.Return(train.Array);
                break;
            case TrainStatus.Partial:
                break;
            default:
                throw new InvalidOperationException("The server sent a malformed train.");
        }
    }
}
