namespace Playground.Ecs.Networking.Components;

/// <summary>
/// A language model's session, beside its <see cref="ConnectionComponent"/>. Written by the <see cref="NetworkingSystem"/>; read-only for others.
/// </summary>
public struct LlmSessionComponent
{
    /// <summary>The channel of the session, 2000-2999: what is sent to it reaches the model with its next result.</summary>
    public Protocol.ChannelId ChannelId;

    /// <summary>What the model's client calls itself.</summary>
    public string ClientName;

    /// <summary>Which version of it.</summary>
    public string ClientVersion;

    /// <summary>Calls since the session began.</summary>
    public ulong Calls;

    /// <summary>The tool called last; empty: none yet.</summary>
    public string LastTool;
}
