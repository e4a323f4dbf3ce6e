namespace Playground.Ecs.Networking.Protocol;

/// <summary>What each range of channel numbers is for; every <c>End</c> is exclusive (PROTOCOL.md, section 5).</summary>
public static class ChannelRanges
{
    /// <summary>The control channel.</summary>
    public const ushort Control = 0;

    /// <summary>First channel of the systems, which choose their numbers themselves.</summary>
    public const ushort SystemFirst = 1;

    /// <summary>First channel behind those of the systems.</summary>
    public const ushort SystemEnd = 1000;

    /// <summary>The UI system.</summary>
    public const ushort UI = 10;

    /// <summary>The networking system.</summary>
    public const ushort Networking = 100;

    /// <summary>The rendering system.</summary>
    public const ushort Rendering = 200;

    /// <summary>The physics system.</summary>
    public const ushort Physics = 300;

    /// <summary>First channel of the plugins, which get their numbers at registration.</summary>
    public const ushort PluginFirst = 1000;

    /// <summary>First channel behind those of the plugins.</summary>
    public const ushort PluginEnd = 2000;

    /// <summary>First channel of the IDE plugins, given on request.</summary>
    public const ushort IdeFirst = 1000;

    /// <summary>First channel behind those of the IDE plugins.</summary>
    public const ushort IdeEnd = 1080;

    /// <summary>First channel of the game plugins, given on request.</summary>
    public const ushort GameFirst = 1100;

    /// <summary>First channel behind those of the game plugins.</summary>
    public const ushort GameEnd = 1200;

    /// <summary>First channel of the UI framework plugins, given on request.</summary>
    public const ushort UiFrameworkFirst = 1200;

    /// <summary>First channel behind those of the UI framework plugins.</summary>
    public const ushort UiFrameworkEnd = 1210;

    /// <summary>First channel of the LLM identities, which get one each at their first call.</summary>
    public const ushort LlmFirst = 2000;

    /// <summary>First channel behind those of the LLM identities.</summary>
    public const ushort LlmEnd = 3000;

    /// <summary>From here on no channel is ever assigned: a packet there is answered with ChannelNotFound.</summary>
    public const ushort AssignedEnd = 3000;

    /// <summary>Whether the channel belongs to a system (1-999).</summary>
    public static bool IsSystem(ChannelId channel) => channel >= SystemFirst && channel < SystemEnd;

    /// <summary>Whether the channel belongs to a plugin (1000-1999).</summary>
    public static bool IsPlugin(ChannelId channel) => channel >= PluginFirst && channel < PluginEnd;

    /// <summary>Whether the channel belongs to an LLM identity (2000-2999).</summary>
    public static bool IsLlm(ChannelId channel) => channel >= LlmFirst && channel < LlmEnd;
}
