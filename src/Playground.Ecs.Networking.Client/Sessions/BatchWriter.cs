using System.Buffers;
using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.Client.Sessions;

/// <summary>One WebSocket message that is being written, within the limits of PROTOCOL.md, section 2.</summary>
internal struct BatchWriter(IBufferWriter<byte> message)
{
    public int Bytes { get; private set; }

    public int Packets { get; private set; }

    public readonly int BytesLeft => ProtocolLimits.MaxMessageBytes - Bytes;

    public readonly int PacketsLeft => ProtocolLimits.MaxPacketsPerMessage - Packets;

    /// <summary>Whether another packet of so many bytes, header included, fits.</summary>
    public readonly bool HasRoomFor(int bytes) => bytes <= BytesLeft && PacketsLeft > 0;

    /// <summary>Where the next packet goes; <see cref="Advance"/> makes it part of the message.</summary>
    public readonly Span<byte> Next(int bytes) => message.GetSpan(bytes)[..bytes];

    public void Advance(int bytes, int packets = 1)
    {
        message.Advance(bytes);
        Bytes += bytes;
        Packets += packets;
    }

    public void Write(in PacketHeader header, ReadOnlySpan<byte> payload)
    {
        var size = PacketWriter.SizeOf(payload.Length);
        PacketWriter.Write(Next(size), header, payload);
        Advance(size);
    }

    public void WritePackets(ReadOnlySpan<byte> packets, int count)
    {
        packets.CopyTo(Next(packets.Length));
        Advance(packets.Length, count);
    }
}
