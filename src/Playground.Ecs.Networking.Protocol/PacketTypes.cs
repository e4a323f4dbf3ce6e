namespace Playground.Ecs.Networking.Protocol;

/// <summary>The rules that hang on a packet's type alone (PROTOCOL.md, section 6).</summary>
public static class PacketTypes
{
    /// <summary>Whether the type is reserved on every channel but 0 (0xFF00 and above), known or not.</summary>
    public static bool IsReserved(ushort type) => type >= ProtocolLimits.ReservedTypesFirst;

    /// <summary>Whether channel 0 knows the type.</summary>
    public static bool IsControl(ushort type) => type is (>= 1 and <= 15) or 100 or 101;

    /// <summary>Whether only the server may send this control packet; from a client it is Forbidden.</summary>
    public static bool IsServerOnly(ControlType type) => type is ControlType.Welcome or ControlType.Reply or ControlType.Error;

    /// <summary>Whether only a client may send this control packet.</summary>
    public static bool IsClientOnly(ControlType type) => type is ControlType.Hello
        or (>= ControlType.Subscribe and <= ControlType.UnregisterChannel)
        or ControlType.QueryChannel or ControlType.ListChannels
        or ControlType.RegisterMcpTool or ControlType.UnregisterMcpTool;

    /// <summary>Whether the Reliable flag on this control packet is malformed (4501).</summary>
    public static bool IsNeverReliable(ControlType type) => type is ControlType.Hello or ControlType.Welcome
        or ControlType.Ping or ControlType.Pong or ControlType.Ack or ControlType.Goodbye;
}
