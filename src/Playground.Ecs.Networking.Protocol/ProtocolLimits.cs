namespace Playground.Ecs.Networking.Protocol;

/// <summary>The constants of protocol version 1 (PROTOCOL.md, sections 2 to 6), and the defaults of what is negotiable.</summary>
public static class ProtocolLimits
{
    /// <summary>The version in Hello and Welcome.</summary>
    public const byte Version = 1;

    /// <summary>The WebSocket subprotocol's name.</summary>
    public const string Subprotocol = "playground.v1";

    /// <summary>The largest WebSocket message, and so the largest batch, in bytes.</summary>
    public const int MaxMessageBytes = 65536;

    /// <summary>The most packets in a batch.</summary>
    public const int MaxPacketsPerMessage = 256;

    /// <summary>The largest payload that travels in one packet, in bytes; a larger one is split into a train.</summary>
    public const int FragmentBytes = 16384;

    /// <summary>The largest reassembled payload unless the server's Welcome says otherwise, in bytes.</summary>
    public const int DefaultMaxPacketBytes = 262144;

    /// <summary>The most reliable packets that are written and unacknowledged in one direction of a session.</summary>
    public const int ReliableWindowPackets = 1024;

    /// <summary>The most bytes of them unless the side that sends is told otherwise, headers included.</summary>
    public const int DefaultReliableWindowBytes = 512 * 1024;

    /// <summary>The largest payload that a header can claim within a batch, in bytes.</summary>
    public const int MaxPayloadBytes = MaxMessageBytes - PacketHeader.Size;

    /// <summary>The shortest name of a channel, peer or tool, in bytes of UTF-8.</summary>
    public const int MinNameBytes = 1;

    /// <summary>The longest name of a channel, peer or tool, in bytes of UTF-8.</summary>
    public const int MaxNameBytes = 255;

    /// <summary>The first packet type that is reserved on every channel but 0.</summary>
    public const ushort ReservedTypesFirst = 0xFF00;

    /// <summary>How deep arrays and maps may nest in a control message's value or in its extra elements.</summary>
    public const int MaxNesting = 16;
}
