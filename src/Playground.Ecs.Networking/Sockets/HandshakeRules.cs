namespace Playground.Ecs.Networking.Sockets;

/// <summary>What all handshakes of a transport have in common. Accept thread only.</summary>
/// <param name="links">Who admits links.</param>
/// <param name="echo">Who admits echo connections; null: no echo path.</param>
/// <param name="time">The clock.</param>
internal sealed class HandshakeRules(LinkSet links, EchoEndpoint? echo, TimeProvider time)
{
    private static readonly TimeSpan LeaveTime = TimeSpan.FromSeconds(1);

    /// <summary>Whose a connection is.</summary>
    public RequestRoute Route { get; } = new(links.Options.Path, links.Options.EchoPath, isTlsOnly: links.Options.Certificate is not null);

    /// <summary>The largest head, in bytes.</summary>
    public int HeadBytesMax => links.Options.HandshakeBytesMax;

    /// <summary>SO_SNDBUF of every connection, in bytes.</summary>
    public int SendBufferBytes => links.Options.SocketSendBufferBytes;

    /// <summary>False: a valid request is completed without an answer, which is somebody else's to give.</summary>
    public bool AnswersUpgrades { get; init; } = true;

    /// <summary>The handshake took too long.</summary>
    public bool IsLate(long since, long now) => time.GetElapsedTime(since, now) > links.Options.HandshakeTimeout;

    /// <summary>A refused peer had time enough to read the answer.</summary>
    public bool HasLeft(long since, long now) => time.GetElapsedTime(since, now) > LeaveTime;

    /// <summary>Takes one of the limited places for a valid request.</summary>
    /// <returns>The refusal where there is none.</returns>
    public UpgradeRefusal? Admit(RouteTarget target)
    {
        var admitted = target == RouteTarget.Echo ? echo!.TryReserve() : links.TryReserve();
        return admitted ? null : UpgradeRefusal.Full;
    }

    /// <summary>Gives the place back: the peer did not live to get the answer.</summary>
    public void Withdraw(RouteTarget target)
    {
        if (target == RouteTarget.Echo)
        {
            echo!.Release();
        }
        else
        {
            links.Release();
        }
    }
}
