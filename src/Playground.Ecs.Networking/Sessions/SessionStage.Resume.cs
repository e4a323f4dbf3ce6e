using Playground.Ecs.Networking.Components;
using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.Sessions;

/// <content>Sessions begin, lose their link, are resumed on the next one and expire (PROTOCOL.md, section 7).</content>
internal sealed partial class SessionStage
{
    private readonly ResumeTokens _tokens = new();
    private readonly ConnectionTable _away = new();
    private readonly ResumeGuesses _guesses = new(options.ResumeGuessesPerMinute);

    // No session that is away expires before.
    private long _nextExpiry = long.MaxValue;

    /// <summary>Sessions that wait for a link.</summary>
    public int AwayCount => _away.Count;

    /// <summary>The sessions that wait for a link.</summary>
    public ConnectionTable Away => _away;

    /// <summary>Ends the sessions whose window has passed.</summary>
    public void ExpireSessions()
    {
        if (Now < _nextExpiry) return;
        _nextExpiry = long.MaxValue;
        for (var i = _away.Count - 1; i >= 0; i--)
        {
            var connection = _away[i];
            var expiry = connection.Session!.AwaySince + options.ResumeWindow.Ticks;
            if (expiry > Now)
            {
                _nextExpiry = Math.Min(_nextExpiry, expiry);
                continue;
            }

            counters.SessionsExpired++;
            EndSession(connection);
        }
    }

    /// <summary>After the last frame: ends the sessions that wait for a link.</summary>
    public void EndAwaySessions()
    {
        while (_away.Count > 0) EndSession(_away[_away.Count - 1]);
    }

    /// <summary>A session that misses a reliable packet, or a link that reads too slowly.</summary>
    public void EndSlow(Connection connection)
    {
        var detail = $"more than {options.SendQueueBytes} bytes wait to be read";
        var isOver = connection.IsOverwhelmed;
        if (connection.HasLink) Disconnect(connection, DisconnectReason.SlowConsumer, detail);
        if (isOver && connection.Phase == ConnectionPhase.Away) EndSession(connection);
    }

    private void Open(Connection connection, string? principal)
    {
        var request = connection.Resume;
        connection.Resume = default;
        if (_tokens.Find(request) is not { } owner || !IsOf(owner.Session!, principal))
        {
            if (request.Secret is null || MayGuess(connection)) Begin(connection, principal);
        }
        else if (connection.LinkNumber < owner.LinkNumber)
        {
            // A server that stood still finds the Hellos of links that their client has given up since; the order in which it reads
            // them says nothing.
            Disconnect(connection, DisconnectReason.Replaced, "a newer link of the session was here before");
        }
        else
        {
            Resume(connection, owner, request);
        }
    }

    // Bound by its name, a peer is nobody else than without.
    private bool IsOf(Session session, string? principal) => options.Authenticate is null || session.Principal == principal;

    private bool MayGuess(Connection connection)
    {
        counters.ResumesRefused++;
        if (_guesses.TryCount(connection.Link.Upgrade.RemoteEndPoint, Now)) return true;
        Disconnect(connection, DisconnectReason.RateLimited, "too many resume tokens of sessions that are not");
        return false;
    }

    private void Begin(Connection connection, string? principal)
    {
        // A listener that was let in before it said Hello may be somebody who is expected.
        if (connection.IsServed && principal is not null) Unserve(connection);
        if (!connection.IsServed) Serve(connection, principal, ConnectionPhase.Open);
        connection.Phase = ConnectionPhase.Open;
        connection.Session = new Session(options, pool.Arrays, principal, _tokens.NextId()) { AckSince = Now };
        _tokens.Add(connection);
        Welcome(connection, null, isResumed: false);
    }

    private void Resume(Connection newcomer, Connection connection, in ResumeRequest request)
    {
        var link = newcomer.Link;
        var held = newcomer.TakeHeld();
        Dissolve(newcomer);
        if (connection.HasLink)
        {
            // The newest link wins: what the older one still held undecoded is sent again on this one.
            connection.Link.Close((ushort)CloseCode.Replaced, "replaced by a newer link");
            LoseLink(connection, DisconnectReason.Replaced, string.Empty);
        }
        else
        {
            _away.Remove(connection);
        }

        var session = connection.Session!;
        connection.Attach(link, Now);
        if (held is not null) (connection.Held, connection.HeldSince) = (held, Now);
        connection.LinkNumber = newcomer.LinkNumber;
        connection.Rates = newcomer.Rates;
        connection.Heartbeat.CountOn(newcomer.Heartbeat);
        connection.PacketsReceived += newcomer.PacketsReceived;
        connection.HasSpoken = true;
        connection.Phase = ConnectionPhase.Open;
        connection.LastActivity = UnixMs;
        SetConnected(connection, true);
        session.AckSince = Now;
        connections.Add(connection);
        counters.Active++;
        counters.Resumes++;
        log.Resumed(connection.PeerId, link.Upgrade.RemoteEndPoint);
        var last = new Sequence(request.LastReceived);
        if (session.Acknowledge(connection, last, Now) is AckStatus.Stale or AckStatus.Impossible)
        {
            Disconnect(
                connection,
                DisconnectReason.SequenceViolation,
                $"Hello says {last} is received; {session.Window.LastAcknowledged} was acknowledged and {session.Window.LastStamped} sent");
            return;
        }

        session.Window.BeginReplay();
        Welcome(connection, request.Secret, isResumed: true);
        SayLostChannels(connection, session);
        Review(connection);
        sends.Resume(connection);
    }

    // The connection that a link was until its Hello said whose it is.
    private void Dissolve(Connection newcomer)
    {
        if (newcomer.IsServed) Unserve(newcomer);
        CountBytes(newcomer);
        connections.Remove(newcomer);
        sends.ForgetLink(newcomer);
        newcomer.Detach();
        Bury(newcomer);
    }

    private void SayLostChannels(Connection connection, Session session)
    {
        foreach (var channel in session.LostChannels)
        {
            var error = new NetworkError.ChannelNotFound(channel.Id) { Name = channel.Name };

            // Reliably: this link may be lost before it is read.
            SendControl(connection, new ErrorMessage(error.Code, error.Message, channel.Id, 0), Priority.High, isReliable: true);
        }

        session.LostChannels.Clear();
    }

    private void Welcome(Connection connection, byte[]? proven, bool isResumed)
    {
        var session = connection.Session!;
        var token = options.ResumeWindow > TimeSpan.Zero ? ResumeTokens.Renew(session, proven) : [];
        session.Receiver.Acknowledged();
        var welcome = new Welcome(
            ProtocolLimits.Version,
            connection.PeerId,
            token,
            isResumed,
            session.Receiver.LastReceived.Value,
            (ushort)options.FrameRate,
            (uint)options.HeartbeatInterval.TotalMilliseconds,
            (uint)options.MaxPacketBytes);
        sends.AtOnce(connection, welcome);
    }

    /// <summary>The session goes on without a link until it is resumed or expires.</summary>
    private void GoAway(Connection connection)
    {
        connection.Phase = ConnectionPhase.Away;
        connection.HasSpoken = false;
        connection.Session!.AwaySince = Now;
        _nextExpiry = Math.Min(_nextExpiry, Now + options.ResumeWindow.Ticks);
        if (_away.Count == options.AwaySessionsMax) EndLongestAway();
        _away.Add(connection);
        SetConnected(connection, false);
    }

    // At once, for whoever looks before the components are brought up to date.
    private void SetConnected(Connection connection, bool value)
    {
        if (IsWhole(connection.Entity)) world.Get<ConnectionComponent>(connection.Entity).Connected = value;
    }

    private void EndLongestAway()
    {
        var longest = _away[0];
        for (var i = 1; i < _away.Count; i++)
        {
            if (_away[i].Session!.AwaySince < longest.Session!.AwaySince) longest = _away[i];
        }

        counters.SessionsExpired++;
        EndSession(longest);
    }

    private void EndSession(Connection connection)
    {
        if (connection.Index >= 0) _away.Remove(connection);
        _tokens.Remove(connection);
        Unserve(connection);
        Bury(connection);
        log.SessionEnded(connection.PeerId);
    }

    private void Bury(Connection connection)
    {
        connection.Phase = ConnectionPhase.Ended;
        sends.Forget(connection);
        connection.Session?.End(connection);
        connection.Trains.Dispose();
    }
}
