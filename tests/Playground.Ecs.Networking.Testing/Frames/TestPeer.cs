using System.Buffers;
using Playground.Ecs.Networking.Links;
using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.Testing.Frames;

/// <summary>A packet as a client sees it.</summary>
public sealed record PeerPacket(ChannelId Channel, ushort Type, Priority Priority, PacketFlags Flags, byte[] Data)
{
    /// <summary>Its number; 0 unless reliable, and in a packet put together from fragments.</summary>
    public ushort Sequence { get; init; }

    public bool IsReliable => Flags.HasFlag(PacketFlags.Reliable);

    public bool IsControl<T>()
        where T : struct, IMessage<T> => Channel == ChannelRanges.Control && Type == T.WireType;

    /// <summary>The packets of one WebSocket message, fragments each by itself.</summary>
    public static List<PeerPacket> ReadAll(ReadOnlySpan<byte> message)
    {
        var packets = new List<PeerPacket>();
        var reader = new PacketReader(message);
        while (reader.TryRead(out var header, out _))
        {
            packets.Add(new PeerPacket(header.Channel, header.Type, header.Priority, header.Flags, reader.Payload.ToArray()) { Sequence = header.Sequence });
        }

        return packets;
    }
}

/// <summary>A protocol-speaking client over a memory link. Not a client library: each message it sends is the test's own.</summary>
public sealed class TestPeer(MemoryClient client)
{
    private readonly TrainAssembler _trains = new(16 * 1024 * 1024, ArrayPool<byte>.Shared);
    private readonly Queue<PeerPacket> _packets = new();
    private uint _requests;

    public MemoryClient Client { get; } = client;

    public string PeerId { get; private set; } = string.Empty;

    public Welcome Welcome { get; private set; }

    /// <summary>False: pings are taken like any packet, to be answered by the test.</summary>
    public bool AnswersPings { get; set; } = true;

    public LinkEnd? End
    {
        get
        {
            Pump();
            return Client.End;
        }
    }

    /// <summary>WebSocket messages received so far, each the packets it held.</summary>
    public List<List<PeerPacket>> Messages { get; } = [];

    /// <summary>Goodbyes received.</summary>
    public List<Goodbye> Goodbyes { get; } = [];

    public static byte[] Packet(
        ChannelId channel, ushort type, ReadOnlySpan<byte> data, Priority priority = Priority.Normal, PacketFlags flags = PacketFlags.None)
    {
        var bytes = new byte[PacketWriter.SizeOf(data.Length)];
        PacketWriter.Write(bytes, new PacketHeader(channel, type, priority, flags), data);
        return bytes;
    }

    public static byte[] Control<T>(in T message)
        where T : struct, IMessage<T>
    {
        var body = new ArrayBufferWriter<byte>();
        message.WriteTo(body);
        return Packet(ChannelRanges.Control, T.WireType, body.WrittenSpan, Priority.High);
    }

    /// <summary>Sends packets as one WebSocket message.</summary>
    public void SendBatch(params byte[][] packets) => SendRaw([.. packets.SelectMany(p => p)]);

    public void SendRaw(ReadOnlySpan<byte> message)
    {
        if (!Client.TrySend(message)) throw new InvalidOperationException("The memory link takes no more.");
    }

    public void Send(ChannelId channel, ushort type, ReadOnlySpan<byte> data, Priority priority = Priority.Normal)
    {
        if (data.Length <= ProtocolLimits.FragmentBytes)
        {
            SendRaw(Packet(channel, type, data, priority));
            return;
        }

        foreach (var fragment in Fragmenter.Split(new PacketHeader(channel, type, priority), data.Length))
        {
            SendRaw(Packet(channel, type, data.Slice(fragment.Offset, fragment.Length), priority, fragment.Header.Flags));
        }
    }

    public void SendControl<T>(in T message)
        where T : struct, IMessage<T> => SendRaw(Control(message));

    public void Hello(string name = "test", string? token = null) => SendControl(new Hello(ProtocolLimits.Version, name, token, default, 0));

    public void TakeWelcome()
    {
        var packet = Next() ?? throw new InvalidOperationException($"No Welcome; the link's end is {Client.End}.");
        if (!Protocol.Welcome.TryRead(packet.Data, out var welcome) || packet.Type != Protocol.Welcome.WireType)
        {
            throw new InvalidOperationException($"Not a Welcome: {packet}.");
        }

        Take(welcome);
    }

    public void Take(in Welcome welcome)
    {
        Welcome = welcome;
        PeerId = welcome.PeerId;
    }

    /// <summary>The next packet; null when none has arrived. Pings are answered and left out.</summary>
    public PeerPacket? Next()
    {
        Pump();
        return _packets.TryDequeue(out var packet) ? packet : null;
    }

    /// <summary>All packets that have arrived.</summary>
    public List<PeerPacket> All()
    {
        Pump();
        var all = _packets.ToList();
        _packets.Clear();
        return all;
    }

    /// <summary>Forgets what has arrived so far.</summary>
    public void Clear()
    {
        Pump();
        _packets.Clear();
        Messages.Clear();
    }

    /// <summary>A request id of its own.</summary>
    public uint NextRequestId() => ++_requests;

    /// <summary>The next packet, which must be a Reply.</summary>
    public Reply NextReply()
    {
        var packet = Next() ?? throw new InvalidOperationException("No reply has arrived.");
        return packet.Type == Reply.WireType && Reply.TryRead(packet.Data, out var reply)
            ? reply
            : throw new InvalidOperationException($"Not a Reply: {packet}.");
    }

    /// <summary>The next packet, which must be an Error.</summary>
    public ErrorMessage NextError()
    {
        var packet = Next() ?? throw new InvalidOperationException("No error has arrived.");
        return packet.Type == ErrorMessage.WireType && ErrorMessage.TryRead(packet.Data, out var error)
            ? error
            : throw new InvalidOperationException($"Not an Error: {packet}.");
    }

    private void Pump()
    {
        while (Client.TryReceive(out var message))
        {
            var packets = PeerPacket.ReadAll(message.Span);
            Messages.Add(packets);
            foreach (var packet in packets) Take(new PacketHeader(packet.Channel, packet.Type, packet.Priority, packet.Flags), packet.Data);
        }
    }

    private void Take(in PacketHeader header, byte[] data)
    {
        switch (_trains.Add(header, data, out var train))
        {
            case TrainStatus.Partial:
                return;
            case TrainStatus.Complete:
                data = train.Span.ToArray();
                if (train.Array is not null) ArrayPool<byte>.Shared.Return(train.Array);
                break;
            case TrainStatus.Single:
                break;
            default:
                throw new InvalidOperationException("The server sent a malformed train.");
        }

        if (AnswersPings && header.Channel == ChannelRanges.Control && header.Type == Ping.WireType && Ping.TryRead(data, out var ping))
        {
            Client.TrySend(Control(new Pong(ping.Stamp)));
            return;
        }

        if (header.Channel == ChannelRanges.Control && header.Type == Goodbye.WireType && Goodbye.TryRead(data, out var goodbye))
        {
            Goodbyes.Add(goodbye);
            return;
        }

        _packets.Enqueue(new PeerPacket(header.Channel, header.Type, header.Priority, header.Flags, data));
    }
}
