using System.Buffers.Binary;
using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.LoadPeer;

/// <summary>What one run counts, and the buffers that its connections share. One thread.</summary>
internal sealed class Traffic(LoadPeerOptions options)
{
    private const int StampBytes = 8;

    private byte[] _message = [];
    private int _stampAt;

    public LoadPeerOptions Options { get; } = options;

    /// <summary>Where every connection receives: the largest message, its header, and room for the start of a next one.</summary>
    public byte[] Receiving { get; } = new byte[256 * 1024];

    public RoundTrips RoundTrips { get; } = new();

    public long MessagesSent { get; set; }

    public long BytesSent { get; set; }

    public long BlockedSends { get; set; }

    public long MessagesReceived { get; set; }

    public long PacketsReceived { get; set; }

    public long BytesReceived { get; set; }

    public SortedDictionary<int, int> CloseCodes { get; } = [];

    /// <summary>The message that all connections send, with the present time in its first packet.</summary>
    public ReadOnlySpan<byte> StampedMessage(ChannelId channel)
    {
        if (_message.Length == 0) _message = BuildMessage(channel, PacketFlags.None, 0, 0);
        if (Options.Bytes >= StampBytes)
        {
            var stamp = _message.AsSpan(_stampAt, StampBytes);
            BinaryPrimitives.WriteInt64LittleEndian(stamp, Clock.NowUs);
            ClientFrames.ApplyMask(stamp, PacketHeader.Size);
        }

        return _message;
    }

    /// <summary>Counts a packet of the channel and, where it carries a stamp, its round trip.</summary>
    public void CountPacket(ReadOnlySpan<byte> payload)
    {
        PacketsReceived++;
        if (Options.Mode != LoadMode.Echo || payload.Length < StampBytes) return;
        var stamp = BinaryPrimitives.ReadInt64LittleEndian(payload);
        if (stamp > 0) RoundTrips.Add(Clock.NowUs - stamp);
    }

    /// <summary>Counts the end of a connection.</summary>
    public void CountClose(int code) => CloseCodes[code] = CloseCodes.GetValueOrDefault(code) + 1;

    /// <summary>The same of a session, whose packets go on from a number.</summary>
    public ReadOnlySpan<byte> NumberedMessage(ChannelId channel, ushort last) => BuildMessage(channel, PacketFlags.Reliable, last, Clock.NowUs);

    private byte[] BuildMessage(ChannelId channel, PacketFlags flags, ushort last, long stamp)
    {
        var size = PacketWriter.SizeOf(Options.Bytes);
        var batch = new byte[Options.Packets * size];
        var payload = new byte[Options.Bytes];
        if (Options.Bytes >= StampBytes) BinaryPrimitives.WriteInt64LittleEndian(payload, stamp);
        for (var i = 0; i < Options.Packets; i++)
        {
            var sequence = flags == PacketFlags.None ? (ushort)0 : (ushort)(last + 1 + i);
            PacketWriter.Write(batch.AsSpan(i * size), new PacketHeader(channel, 1, Priority.Normal, flags, sequence), payload);
            payload.AsSpan().Clear();
        }

        if (batch.Length > ProtocolLimits.MaxMessageBytes || Options.Packets > ProtocolLimits.MaxPacketsPerMessage)
        {
            throw new ArgumentException($"{Options.Packets} packets of {Options.Bytes} B do not fit into one message.");
        }

        _stampAt = ClientFrames.HeaderBytes(batch.Length) + PacketHeader.Size;
        return ClientFrames.Build(ClientFrames.Binary, batch);
    }
}
