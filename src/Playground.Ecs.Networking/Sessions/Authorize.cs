using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.Sessions;

/// <summary>What a connection wants to do on a channel.</summary>
public enum ChannelAction
{
    /// <summary>Get what is sent to the channel.</summary>
    Subscribe,

    /// <summary>Send to the channel: a packet, a request, a response.</summary>
    Send,

    /// <summary>Register a channel of its own under the name.</summary>
    Register,

    /// <summary>Send to every connection; the channel is 0.</summary>
    Broadcast,

    /// <summary>Register a tool of this name that the channel handles.</summary>
    RegisterTool,
}

/// <summary>
/// Decides whether a connection may do something. Runs on the loop's thread at every packet, so that what it takes back is refused from the
/// next packet on; it must not block. An exception refuses and is logged. See <see cref="NetworkingSystem.ReviewPermissionsAsync"/>.
/// </summary>
public delegate bool Authorize(in AuthorizationRequest request);

/// <summary>Who wants to do what.</summary>
/// <param name="Connection">The connection's entity.</param>
/// <param name="Principal">Who authenticated; null where nobody has to.</param>
/// <param name="Action">What it wants to do.</param>
/// <param name="Channel">The channel; 0 for Broadcast, and for Register where any id will do.</param>
/// <param name="Name">The channel's name, or the tool's.</param>
public readonly record struct AuthorizationRequest(Entity Connection, string? Principal, ChannelAction Action, ChannelId Channel, string Name);
