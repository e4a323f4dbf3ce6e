using System.Buffers.Binary;

namespace Playground.Ecs.Networking.Protocol;

/// <summary>Judges a whole batch before any of its packets is delivered (PROTOCOL.md, sections 2 and 3).</summary>
public static class BatchValidator
{
    /// <summary>Checks every packet of <paramref name="batch"/>; never throws, whatever the bytes.</summary>
    /// <param name="batch">One WebSocket message.</param>
    /// <param name="packetCount">The packets when valid; those before the fault otherwise.</param>
    /// <returns><see cref="BatchStatus.Valid"/>, or the first fault.</returns>
    public static BatchStatus Validate(ReadOnlySpan<byte> batch, out int packetCount)
    {
        packetCount = 0;
        if (batch.Length > ProtocolLimits.MaxMessageBytes) return BatchStatus.MessageTooLarge;
        var count = 0;
        while (batch.Length >= PacketHeader.Size)
        {
            var word = BinaryPrimitives.ReadUInt64LittleEndian(batch);
            var length = BinaryPrimitives.ReadUInt32LittleEndian(batch[PacketHeader.LengthOffset..]);
            var left = batch.Length - PacketHeader.Size;
            if (count == ProtocolLimits.MaxPacketsPerMessage || length > (uint)left || !PacketHeader.IsWellFormed(word))
            {
                packetCount = count;
                return Explain(word, length > (uint)left);
            }

            count++;
            batch = batch[PacketHeader.Size..][(int)length..];
        }

        packetCount = count;
        return batch.IsEmpty ? BatchStatus.Valid : BatchStatus.HeaderCut;
    }

    // In the order of the header's fields, so that every implementation names the same fault.
    private static BatchStatus Explain(ulong word, bool payloadBeyondBatch)
    {
        if ((word & PacketHeader.UnknownPriorityBits) != 0) return BatchStatus.UnknownPriority;
        if ((word & PacketHeader.UnknownFlagBits) != 0) return BatchStatus.UnknownFlags;
        if (!PacketHeader.IsWellFormed(word)) return BatchStatus.SequenceWithoutReliable;
        return payloadBeyondBatch ? BatchStatus.PayloadBeyondBatch : BatchStatus.TooManyPackets;
    }
}
