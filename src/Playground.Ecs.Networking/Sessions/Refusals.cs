using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.Sessions;

/// <summary>What a refused packet's sender is told.</summary>
internal static class Refusals
{
    public static string Describe(ErrorCode error, in PacketHeader header) => error switch
    {
        ErrorCode.ChannelNotFound => $"channel {header.Channel} is not registered",
        ErrorCode.NotSubscribed => $"channel {header.Channel} takes packets from its subscribers only",
        ErrorCode.Forbidden => $"type {header.Type} on channel {header.Channel} is not yours to send",
        ErrorCode.InvalidArgument => $"type 0x{header.Type:X4} is not known on channel {header.Channel}",
        ErrorCode.AlreadyExists => $"an earlier request on channel {header.Channel} with the same number is unanswered",
        ErrorCode.HandlerFailed => $"the handler of channel {header.Channel} failed",
        ErrorCode.RateLimited => "more than this server takes of one connection in a second: packets are dropped",
        _ => error.ToString(),
    };
}
