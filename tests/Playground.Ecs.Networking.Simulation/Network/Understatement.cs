using System.Buffers;
using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Simulation.Checks;
using Playground.Ecs.Networking.Simulation.Randomness;

namespace Playground.Ecs.Networking.Simulation.Network;

/// <summary>
/// Makes a Hello or a Welcome say that less was received than was, though no less than the other side knows of: it repeats what
/// the receiver has taken, as a peer may that keeps its books late.
/// </summary>
internal static class Understatement
{
    /// <summary>The message with a lower number; null when it is no Hello, or its number can be no lower.</summary>
    /// <param name="message">The first message of a link.</param>
    /// <param name="down">What the server sent to the session that the Hello asks for.</param>
    /// <param name="rng">Chooses among the numbers.</param>
    public static byte[]? OfHello(ReadOnlySpan<byte> message, ReliableTrace down, Rng rng) =>
        TryRead<Hello>(message, Hello.TryRead, out var hello) && Lower(hello.LastReceived, down, rng) is { } lower
            ? Write(hello with { LastReceived = lower })
            : null;

    /// <summary>The message with a lower number; null when it is no Welcome that resumes, or its number can be no lower.</summary>
    /// <param name="message">The first message of a link.</param>
    /// <param name="up">What the client sent in the session.</param>
    /// <param name="rng">Chooses among the numbers.</param>
    public static byte[]? OfWelcome(ReadOnlySpan<byte> message, ReliableTrace up, Rng rng) =>
        TryRead<Welcome>(message, Welcome.TryRead, out var welcome) && welcome.Resumed && Lower(welcome.LastReceived, up, rng) is { } lower
            ? Write(welcome with { LastReceived = lower })
            : null;

    private delegate bool Reader<T>(ReadOnlyMemory<byte> payload, out T message);

    private static ushort? Lower(ushort received, ReliableTrace trace, Rng rng)
    {
        var choices = trace.Absolute(new Sequence(received)) - trace.Acknowledged;
        return choices > 0 ? unchecked((ushort)(trace.Acknowledged + rng.Below((int)choices))) : null;
    }

    private static bool TryRead<T>(ReadOnlySpan<byte> message, Reader<T> reader, out T read)
        where T : struct, IMessage<T>
    {
        read = default;
        return PacketHeader.TryRead(message, out var header)
            && header.Channel == ChannelId.Control
            && header.Type == T.WireType
            && message.Length == PacketWriter.SizeOf(header.PayloadLength)
            && reader(message[PacketHeader.Size..].ToArray(), out read);
    }

    private static byte[] Write<T>(in T message)
        where T : struct, IMessage<T>
    {
        var payload = new ArrayBufferWriter<byte>();
        message.WriteTo(payload);
        var packet = new byte[PacketWriter.SizeOf(payload.WrittenCount)];
        PacketWriter.Write(packet, new PacketHeader(ChannelId.Control, T.WireType, Priority.High), payload.WrittenSpan);
        return packet;
    }
}
