using Playground.Ecs.Networking.Requests;

namespace Playground.Ecs.Networking.Channels;

/// <summary>The part of the plugin ids that a registration draws from (PROTOCOL.md, section 5).</summary>
public enum ChannelRange
{
    /// <summary>Whatever is free outside the other ranges.</summary>
    Any,

    /// <summary>1000-1079.</summary>
    Ide,

    /// <summary>1100-1199.</summary>
    Game,

    /// <summary>1200-1209.</summary>
    UiFramework,
}

/// <summary>Called on the loop thread, in Update, for each packet that reaches a channel.</summary>
/// <remarks>An exception costs its sender an Error HandlerFailed; it is counted and logged, and the frame goes on.</remarks>
public delegate void PacketHandler(Channel channel, in ReceivedPacket packet);

/// <summary>How a channel treats its packets.</summary>
public sealed record PluginOptions
{
    internal static readonly PluginOptions Default = new();

    /// <summary>Where the id comes from. Default <see cref="ChannelRange.Any"/>.</summary>
    public ChannelRange Range { get; init; }

    /// <summary>What is sent to the channel also reaches its own inbox, in the next frame. Default true.</summary>
    public bool Loopback { get; init; } = true;

    /// <summary>What arrives from a connection also goes to the other subscribers. Default false.</summary>
    public bool Relay { get; init; }

    /// <summary>Relayed and forwarded packets are wrapped in Relayed, which names the sender. Default false.</summary>
    public bool StampSender { get; init; }

    /// <summary>Only subscribers may send. Default false.</summary>
    public bool RequireSubscription { get; init; }

    /// <summary>Relayed and forwarded packets may stay Critical; otherwise they are sent on as High. Default false.</summary>
    public bool AllowCritical { get; init; }

    /// <summary>Takes the packets instead of <see cref="Channel.Receive"/>; null: they wait in the inbox. Default null.</summary>
    public PacketHandler? Handler { get; init; }

    /// <summary>
    /// Answers the requests to the channel; null: they wait in the inbox as packets of type 0xFF00, to be answered with
    /// <see cref="Channel.Respond"/>. <see cref="Channel.OnRequest"/> replaces it. Default null.
    /// </summary>
    public RequestHandler? RequestHandler { get; init; }
}
