using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.Components;

/// <summary>One registered channel, as an entity. Written by the <see cref="NetworkingSystem"/>; read-only for others.</summary>
public struct ChannelComponent
{
    /// <summary>The channel's address.</summary>
    public ChannelId ChannelId;

    /// <summary>The name it was registered under.</summary>
    public string ChannelName;

    /// <summary>True for the system channels 1-999.</summary>
    public bool IsSystem;
}
