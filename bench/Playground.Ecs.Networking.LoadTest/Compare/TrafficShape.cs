using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.LoadTest.Compare;

/// <summary>Who sends in each frame.</summary>
internal enum TrafficMode
{
    /// <summary>Both: every peer a message, and the server the same one to all.</summary>
    Duplex,

    /// <summary>The server, the same to all.</summary>
    Broadcast,

    /// <summary>The server, to each peer a message of its own.</summary>
    Direct,

    /// <summary>Every peer.</summary>
    Inbound,

    /// <summary>Every peer, and the server sends each its own message back.</summary>
    Echo,

    /// <summary>Nobody.</summary>
    Idle,
}

/// <summary>What is sent, by whom and how often: the same for every server of a comparison.</summary>
/// <param name="Mode">Who sends.</param>
/// <param name="Connections">How many peers.</param>
/// <param name="Packets">Packets in a message.</param>
/// <param name="Bytes">Payload bytes of a packet.</param>
/// <param name="Rate">Frames a second, and messages of a connection.</param>
internal sealed record TrafficShape(TrafficMode Mode, int Connections, int Packets, int Bytes, int Rate)
{
    /// <summary>Where a message carries the time at which it was sent: the first packet's payload.</summary>
    public const int StampAt = PacketHeader.Size;

    private const int StampBytes = sizeof(long);

    public bool ServerSends => Mode is TrafficMode.Duplex or TrafficMode.Broadcast or TrafficMode.Direct;

    public bool PeersSend => Mode is TrafficMode.Duplex or TrafficMode.Inbound or TrafficMode.Echo;

    public bool PeersReceive => ServerSends || Mode == TrafficMode.Echo;

    public bool IsStamped => Mode == TrafficMode.Echo && Bytes >= StampBytes;

    /// <summary>A message's length, without its WebSocket header.</summary>
    public int BatchBytes => Packets * PacketWriter.SizeOf(Bytes);

    public static TrafficShape From(LoadOptions options) => new(
        Enum.Parse<TrafficMode>(options.Text("--mode", nameof(TrafficMode.Duplex)), ignoreCase: true),
        options.Get("--connections", 500),
        options.Get("--packets", 10),
        options.Get("--bytes", 64),
        options.Get("--rate", 60));

    public object[] ToArguments() =>
        ["--mode", Mode, "--connections", Connections, "--packets", Packets, "--bytes", Bytes, "--rate", Rate];

    /// <summary>A message as the NetworkingSystem sends it.</summary>
    public byte[] Batch(ChannelId channel)
    {
        var size = PacketWriter.SizeOf(Bytes);
        var batch = new byte[BatchBytes];
        var payload = new byte[Bytes];
        for (var i = 0; i < Packets; i++)
        {
            payload.AsSpan().Fill((byte)i);
            PacketWriter.Write(batch.AsSpan(i * size), new PacketHeader(channel, 1, Priority.Normal), payload);
        }

        return batch;
    }
}
