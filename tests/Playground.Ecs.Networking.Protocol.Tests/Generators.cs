using CsCheck;

namespace Playground.Ecs.Networking.Protocol.Tests;

internal static class Generators
{
    public static Gen<PacketHeader> Header { get; } =
        Gen.Select(Gen.UShort, Gen.UShort, Gen.Int[0, 3], Gen.Int[0, 3], Gen.UShort).Select((channel, type, priority, flags, sequence) =>
            new PacketHeader(channel, type, (Priority)priority, (PacketFlags)flags, (flags & 1) == 0 ? (ushort)0 : sequence));

    public static Gen<(PacketHeader Header, byte[] Payload)[]> Packets { get; } =
        Gen.Select(Header, Gen.Byte.Array[0, 40]).Array[0, 30];

    /// <summary>A valid batch with some bytes overwritten, cut off or added.</summary>
    public static Gen<byte[]> MutatedBatch { get; } =
        Gen.Select(Packets, Gen.Select(Gen.UShort, Gen.Byte).Array[0, 4], Gen.Int[-20, 20]).Select((packets, changes, growth) =>
            Mutate(Write(packets), changes, growth));

    public static byte[] Write((PacketHeader Header, byte[] Payload)[] packets)
    {
        var batch = new byte[packets.Sum(x => PacketWriter.SizeOf(x.Payload.Length))];
        var length = 0;
        foreach (var (header, payload) in packets) length += PacketWriter.Write(batch.AsSpan(length), header, payload);
        return batch;
    }

    public static byte[] Mutate(byte[] bytes, (ushort Position, byte Value)[] changes, int growth)
    {
        Array.Resize(ref bytes, Math.Max(0, bytes.Length + growth));
        foreach (var (position, value) in changes)
            if (bytes.Length > 0) bytes[position % bytes.Length] = value;
        return bytes;
    }
}
