namespace Playground.Ecs.Networking.Protocol;

/// <summary>The four lanes of a link, sent in this order within a frame (PROTOCOL.md, section 4).</summary>
public enum Priority : byte
{
    /// <summary>Does not wait for the end of the frame.</summary>
    Critical = 0,

    /// <summary>First among the packets of a frame.</summary>
    High = 1,

    /// <summary>The usual choice.</summary>
    Normal = 2,

    /// <summary>Sent when there is room; the first to be dropped when a send queue is full.</summary>
    Low = 3,
}
