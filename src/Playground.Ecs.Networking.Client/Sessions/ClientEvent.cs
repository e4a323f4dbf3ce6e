using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.Client.Sessions;

/// <summary>What a <see cref="ClientEvent"/> tells.</summary>
internal enum ClientEventKind
{
    /// <summary>The state changed: <see cref="ClientEvent.State"/>.</summary>
    State,

    /// <summary>A packet arrived: Channel, Type, Priority, IsReliable, Data and, on channels that stamp senders, Sender.</summary>
    Packet,

    /// <summary>A request arrived: Channel, Type, Data and RequestId; it is answered with <see cref="ClientSession.Respond"/>.</summary>
    Request,

    /// <summary>The server reported an error about a packet that asked for no reply: Error, Channel, Type.</summary>
    Error,

    /// <summary>A tool is called: Channel, Call and RequestId; it is answered with <see cref="ClientSession.AnswerTool"/>.</summary>
    ToolCall,

    /// <summary>A tool call was called off: Channel and RequestId.</summary>
    ToolCancel,
}

/// <summary>What a <see cref="ClientSession"/> tells its driver, in the order in which it happened.</summary>
internal readonly record struct ClientEvent
{
    public ClientEventKind Kind { get; init; }

    public ClientState? State { get; init; }

    public NetworkError? Error { get; init; }

    public ChannelId Channel { get; init; }

    public ushort Type { get; init; }

    public Priority Priority { get; init; }

    public bool IsReliable { get; init; }

    /// <summary>The payload, the receiver's own.</summary>
    public ReadOnlyMemory<byte> Data { get; init; }

    /// <summary>Who sent it, on channels that say so; null otherwise.</summary>
    public string? Sender { get; init; }

    /// <summary>The tool call; its texts are the receiver's own.</summary>
    public ToolCall Call { get; init; }

    /// <summary>The number of the request or tool call, together with the session in which it counts.</summary>
    public RequestId RequestId { get; init; }
}

/// <summary>The number of an arriving request or tool call. Numbers of another session mean nothing.</summary>
/// <param name="Session">Counts this client's sessions.</param>
/// <param name="Id">The number that the server chose.</param>
/// <param name="Priority">The lane that it came on, and the answer goes on.</param>
/// <param name="IsReliable">Whether it came, and is answered, reliably.</param>
internal readonly record struct RequestId(int Session, uint Id, Priority Priority, bool IsReliable);
