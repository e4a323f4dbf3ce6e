using System.Buffers.Binary;
using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.Simulation.Traffic;

/// <summary>What a packet of the simulation is for.</summary>
internal enum Purpose : byte
{
    /// <summary>From the server to one connection.</summary>
    Directed,

    /// <summary>From the server to a channel's subscribers.</summary>
    Channel,

    /// <summary>From a client to a plugin.</summary>
    Plugin,

    /// <summary>From a client to a channel that passes it on to its other subscribers.</summary>
    Relay,
}

/// <summary>
/// The first bytes of every payload: who sent it, as which of its packets, so that a receiver can tell whether anything is
/// missing, doubled, out of order or damaged.
/// </summary>
/// <param name="Origin">The sender: a client's number, or <see cref="Server"/>.</param>
/// <param name="Life">Which of the sender's lives: a server's start.</param>
/// <param name="Purpose">What it is for.</param>
/// <param name="Lane">The lane it was sent in.</param>
/// <param name="IsReliable">Whether it was sent reliably.</param>
/// <param name="Order">Its number among everything that the sender sent.</param>
/// <param name="Length">The payload's length in bytes, these included.</param>
internal readonly record struct Label(ushort Origin, ushort Life, Purpose Purpose, Priority Lane, bool IsReliable, uint Order, int Length)
{
    /// <summary>The origin that is no client.</summary>
    public const ushort Server = ushort.MaxValue;

    /// <summary>The shortest payload.</summary>
    public const int Size = 16;

    private const int NoiseBytes = 512 * 1024;
    private const int NoiseStep = 7919;

    private static readonly byte[] Noise = MakeNoise();

    /// <summary>Packets of one stream are in order and, where reliable, without a gap.</summary>
    public (ushort Origin, ushort Life, Purpose Purpose, Priority Lane, bool IsReliable) Stream => (Origin, Life, Purpose, Lane, IsReliable);

    /// <summary>Fills a payload, whose length is <see cref="Length"/>.</summary>
    public void Write(Span<byte> payload)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(payload, Origin);
        BinaryPrimitives.WriteUInt16LittleEndian(payload[2..], Life);
        payload[4] = (byte)Purpose;
        payload[5] = (byte)Lane;
        payload[6] = IsReliable ? (byte)1 : (byte)0;
        payload[7] = 0;
        BinaryPrimitives.WriteUInt32LittleEndian(payload[8..], Order);
        BinaryPrimitives.WriteInt32LittleEndian(payload[12..], Length);
        NoiseOf(Order, Length).CopyTo(payload[Size..]);
    }

    /// <summary>Reads a payload back.</summary>
    /// <returns>False when a byte of it is not what was sent.</returns>
    public static bool TryRead(ReadOnlySpan<byte> payload, out Label label)
    {
        label = default;
        if (payload.Length < Size || payload[7] != 0) return false;
        label = Peek(payload);
        return label.Length == payload.Length && NoiseOf(label.Order, label.Length).SequenceEqual(payload[Size..]);
    }

    /// <summary>Reads the label at the start of a payload or its first fragment.</summary>
    public static Label Peek(ReadOnlySpan<byte> payload) => new(
        BinaryPrimitives.ReadUInt16LittleEndian(payload),
        BinaryPrimitives.ReadUInt16LittleEndian(payload[2..]),
        (Purpose)payload[4],
        (Priority)payload[5],
        payload[6] == 1,
        BinaryPrimitives.ReadUInt32LittleEndian(payload[8..]),
        BinaryPrimitives.ReadInt32LittleEndian(payload[12..]));

    /// <summary>For messages about it.</summary>
    public override string ToString()
    {
        var origin = Origin == Server ? $"server {Life}" : $"client {Origin}";
        return $"{(IsReliable ? "reliable" : "unreliable")} {Lane} {Purpose} packet #{Order} of {origin}, {Length} bytes";
    }

    private static ReadOnlySpan<byte> NoiseOf(uint order, int length) =>
        Noise.AsSpan((int)(order * NoiseStep % (NoiseBytes / 2)), Math.Max(0, length - Size));

    private static byte[] MakeNoise()
    {
        var noise = new byte[NoiseBytes + (NoiseBytes / 2)];
        var rng = new Randomness.Rng(1);
        for (var i = 0; i + sizeof(ulong) <= noise.Length; i += sizeof(ulong)) BinaryPrimitives.WriteUInt64LittleEndian(noise.AsSpan(i), rng.Next());
        return noise;
    }
}
