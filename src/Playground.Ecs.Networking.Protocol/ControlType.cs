namespace Playground.Ecs.Networking.Protocol;

/// <summary>The packet types of channel 0 (PROTOCOL.md, section 6).</summary>
public enum ControlType : ushort
{
    /// <summary>Opens or resumes a session: <see cref="Protocol.Hello"/>.</summary>
    Hello = 1,

    /// <summary>Answers Hello: <see cref="Protocol.Welcome"/>.</summary>
    Welcome = 2,

    /// <summary>Asks for a sign of life: <see cref="Protocol.Ping"/>.</summary>
    Ping = 3,

    /// <summary>Answers Ping: <see cref="Protocol.Pong"/>.</summary>
    Pong = 4,

    /// <summary>Asks for a channel's packets: <see cref="Protocol.Subscribe"/>.</summary>
    Subscribe = 5,

    /// <summary>Ends a subscription: <see cref="Protocol.Unsubscribe"/>.</summary>
    Unsubscribe = 6,

    /// <summary>Asks for a channel of one's own: <see cref="Protocol.RegisterChannel"/>.</summary>
    RegisterChannel = 7,

    /// <summary>Gives a channel up: <see cref="Protocol.UnregisterChannel"/>.</summary>
    UnregisterChannel = 8,

    /// <summary>Answers a request: <see cref="Protocol.Reply"/>.</summary>
    Reply = 9,

    /// <summary>Asks for a channel's number by its name: <see cref="Protocol.QueryChannel"/>.</summary>
    QueryChannel = 10,

    /// <summary>Asks for all channels: <see cref="Protocol.ListChannels"/>.</summary>
    ListChannels = 11,

    /// <summary>Acknowledges reliable packets: <see cref="Protocol.Ack"/>.</summary>
    Ack = 12,

    /// <summary>Opaque bytes to every connection; the only payload here that is no MessagePack array.</summary>
    Broadcast = 13,

    /// <summary>Reports a packet that asked for no reply: <see cref="ErrorMessage"/>.</summary>
    Error = 14,

    /// <summary>Says why the link is about to close: <see cref="Protocol.Goodbye"/>.</summary>
    Goodbye = 15,

    /// <summary>Offers a tool: <see cref="Protocol.RegisterMcpTool"/>.</summary>
    RegisterMcpTool = 100,

    /// <summary>Withdraws a tool: <see cref="Protocol.UnregisterMcpTool"/>.</summary>
    UnregisterMcpTool = 101,
}
