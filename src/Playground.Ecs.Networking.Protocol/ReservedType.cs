namespace Playground.Ecs.Networking.Protocol;

/// <summary>The packet types that mean the same on every channel but 0 (PROTOCOL.md, section 6).</summary>
public enum ReservedType : ushort
{
    /// <summary>Asks the channel's owner: <see cref="Protocol.Request"/>.</summary>
    Request = 0xFF00,

    /// <summary>Answers a request: <see cref="Protocol.Response"/>.</summary>
    Response = 0xFF01,

    /// <summary>Calls a tool: <see cref="Protocol.ToolCall"/>.</summary>
    ToolCall = 0xFF02,

    /// <summary>Ends a tool call: <see cref="Protocol.ToolResult"/>.</summary>
    ToolResult = 0xFF03,

    /// <summary>Reports on a running tool call: <see cref="Protocol.ToolProgress"/>.</summary>
    ToolProgress = 0xFF04,

    /// <summary>Calls a tool call off: <see cref="Protocol.ToolCancel"/>.</summary>
    ToolCancel = 0xFF05,

    /// <summary>A packet with its sender's name: <see cref="Protocol.Relayed"/>.</summary>
    Relayed = 0xFF06,
}
