using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Sessions;

namespace Playground.Ecs.Networking.Receiving;

/// <content>
/// What is over a connection's rate: unreliable packets are dropped and their sender told; a reliable one waits, and nothing behind it is
/// read (PROTOCOL.md, section 11).
/// </content>
internal sealed partial class ReceiveStage
{
    // All frames' ticks.
    private long _clock;

    private Verdict Limit(Connection connection, in PacketHeader header)
    {
        if (header.IsReliable) return Verdict.Held;
        counters.CountRefused(ErrorCode.RateLimited);
        connection.Trains.DiscardUnreliable(header.Priority);
        ref var rates = ref connection.Rates;
        rates.Skip(header);
        if (rates.Exceed(sessions.Now) > options.RateLimitTimeout.Ticks)
        {
            return Violate(connection, DisconnectReason.RateLimited, $"more than its rate for {options.RateLimitTimeout}");
        }

        if (rates.IsErrorDue(sessions.Now)) sessions.TellFailure(connection, header, ErrorCode.RateLimited);
        return Verdict.Dropped;
    }
}
