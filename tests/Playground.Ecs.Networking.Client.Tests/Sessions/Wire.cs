using System.Buffers;
using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.Client.Tests.Sessions;

/// <summary>A packet as the server sees it.</summary>
internal sealed record WirePacket(PacketHeader Header, byte[] Data)
{
    public ChannelId Channel => Header.Channel;

    public ushort Type => Header.Type;

    public bool Is<T>()
        where T : struct, IMessage<T> =>
        Type == T.WireType && (Channel == ChannelId.Control || PacketTypes.IsReserved(Type));

    public T Read<T>()
        where T : struct, IMessage<T> =>
        T.TryRead(Data, out var message) ? message : throw new InvalidOperationException($"{this} is no {typeof(T).Name}.");
}

/// <summary>Packets and batches as bytes.</summary>
internal static class Wire
{
    public static byte[] Packet(
        ChannelId channel, ushort type, ReadOnlySpan<byte> data, Priority priority = Priority.Normal, PacketFlags flags = PacketFlags.None, ushort sequence = 0)
    {
        var bytes = new byte[PacketWriter.SizeOf(data.Length)];
        PacketWriter.Write(bytes, new PacketHeader(channel, type, priority, flags, sequence), data);
        return bytes;
    }

    public static byte[] Reliable(ushort sequence, ChannelId channel, ushort type, ReadOnlySpan<byte> data, Priority priority = Priority.Normal, bool more = false) =>
        Packet(channel, type, data, priority, more ? PacketFlags.Reliable | PacketFlags.MoreFragments : PacketFlags.Reliable, sequence);

    public static byte[] Message<T>(in T message, ChannelId channel = default, ushort? sequence = null)
        where T : struct, IMessage<T> =>
        Packet(channel, T.WireType, Body(message), Priority.High, sequence is null ? PacketFlags.None : PacketFlags.Reliable, sequence ?? 0);

    public static byte[] Body<T>(in T message)
        where T : struct, IMessage<T>
    {
        var body = new ArrayBufferWriter<byte>();
        message.WriteTo(body);
        return body.WrittenSpan.ToArray();
    }

    public static List<WirePacket> Read(ReadOnlySpan<byte> batch)
    {
        Assert.That(BatchValidator.Validate(batch, out _), Is.EqualTo(BatchStatus.Valid));
        var packets = new List<WirePacket>();
        var reader = new PacketReader(batch);
        while (reader.TryRead(out var header, out _)) packets.Add(new WirePacket(header, reader.Payload.ToArray()));
        return packets;
    }
}
