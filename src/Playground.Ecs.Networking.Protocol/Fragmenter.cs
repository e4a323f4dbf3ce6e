namespace Playground.Ecs.Networking.Protocol;

/// <summary>Splits a payload above <see cref="ProtocolLimits.FragmentBytes"/> into a train of packets (PROTOCOL.md, section 4).</summary>
public static class Fragmenter
{
    /// <summary>How many packets a payload of this many bytes becomes; an empty payload is one packet.</summary>
    public static int Count(int payloadLength) =>
        payloadLength <= ProtocolLimits.FragmentBytes
            ? 1
            : (int)(((uint)payloadLength + ProtocolLimits.FragmentBytes - 1) / ProtocolLimits.FragmentBytes);

    /// <summary>
    /// Enumerates the packets without allocating. Each has the header's channel, type, priority and Reliable bit and its own length;
    /// all but the last have MoreFragments. The sequence is zero: it is stamped when a packet enters a batch.
    /// </summary>
    /// <param name="header">The header of the whole; its length and sequence are ignored.</param>
    /// <param name="payloadLength">The length of the whole payload in bytes.</param>
    public static FragmentSequence Split(in PacketHeader header, int payloadLength) =>
        new(header.WithSequence(0), payloadLength);
}
