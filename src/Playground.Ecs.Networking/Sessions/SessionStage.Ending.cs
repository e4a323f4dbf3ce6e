using Playground.Ecs.Networking.Links;
using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.Sessions;

/// <content>Links end, by a decision of this side or by themselves, and with some of them the session.</content>
internal sealed partial class SessionStage
{
    /// <summary>Ends a link by a decision of this side: Goodbye, then the close; with codes that say so the session too.</summary>
    public void Disconnect(Connection connection, DisconnectReason reason, string detail)
    {
        if (!connection.HasLink) return;
        var error = reason.ErrorCode();
        if (error != ErrorCode.None) SayGoodbye(connection, error, detail);
        connection.Link.Close((ushort)reason.CloseCode(), detail);
        Remove(connection, reason, detail, CloseCodes.EndsSession(reason.CloseCode()));
    }

    /// <summary>The server stops: ends a connection that was told Goodbye before, and its session.</summary>
    public void Close(Connection connection)
    {
        connection.Link.Close((ushort)CloseCode.GoingAway, string.Empty);
        Remove(connection, DisconnectReason.ServerStopping, string.Empty, endsSession: true);
    }

    /// <summary>Ends a link whose packet is too large in all.</summary>
    public void DisconnectTooBig(Connection connection, string detail)
    {
        connection.Link.Close((ushort)CloseCode.MessageTooBig, detail);
        Remove(connection, DisconnectReason.WebSocketViolation, detail, endsSession: false);
    }

    /// <summary>A link is over by itself.</summary>
    public void End(Connection connection, LinkEnd end) =>
        Remove(connection, DisconnectReasons.From(end), $"{end.Code} {end.Reason}", !end.ByPeer && CloseCodes.EndsSession(end.Code));

    /// <summary>Tells a peer that its link is about to be closed, and when to come back.</summary>
    public void SayGoodbye(Connection connection, ErrorCode error, string reason)
    {
        var retryAfter = error is ErrorCode.ServerStopping or ErrorCode.RateLimited ? (uint)options.RetryAfter.TotalMilliseconds : 0;
        sends.AtOnce(connection, new Goodbye(error, reason, retryAfter));
    }

    private void Remove(Connection connection, DisconnectReason reason, string detail, bool endsSession)
    {
        LoseLink(connection, reason, detail);
        if (connection.Session is null)
        {
            if (connection.IsServed) Unserve(connection);
            Bury(connection);
        }
        else if (endsSession || options.ResumeWindow <= TimeSpan.Zero)
        {
            EndSession(connection);
        }
        else
        {
            GoAway(connection);
        }
    }

    /// <summary>What every end of a link does, whatever becomes of the session.</summary>
    private void LoseLink(Connection connection, DisconnectReason reason, string detail)
    {
        // Not Cancel: the application's callbacks are none of the loop's.
        _ = connection.Authentication?.CancelAsync();
        CountBytes(connection);
        counters.CountDisconnect(reason);
        log.Disconnected(connection.ToString(), reason, detail);
        connections.Remove(connection);
        sends.ForgetLink(connection);
        connection.Detach();
        if (connection.Session is null || !connection.IsServed) return;
        counters.Active--;
        connection.Phase = ConnectionPhase.Away;
    }
}
