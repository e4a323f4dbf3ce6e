using System.Net;

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

    /// <summary>Takes one of the address's places for handshakes; a trusted proxy has as many as there are.</summary>
    public bool TryBegin(IPEndPoint remote) => links.Origins.IsTrusted(remote.Address) || links.Addresses.TryBeginHandshake(remote);

    /// <summary>Gives the place back.</summary>
    public void End(IPEndPoint remote)
    {
        if (!links.Origins.IsTrusted(remote.Address)) links.Addresses.EndHandshake(remote);
    }

    /// <summary>Judges a valid request, and takes one of the limited places for it.</summary>
    /// <param name="target">Whose it is.</param>
    /// <param name="request">The request.</param>
    /// <param name="remote">Where its connection comes from.</param>
    /// <param name="source">Where it comes from itself.</param>
    /// <returns>The refusal where it may not, or there is no place.</returns>
    public UpgradeRefusal? Admit(RouteTarget target, UpgradeRequest request, IPEndPoint remote, out RequestSource source)
    {
        var refusal = links.Gate.Judge(request, new RequestSource(remote, IsTls: false, request.Host), out source);
        if (refusal is not null) return refusal;
        if (target != RouteTarget.Echo) return links.Admit(source.Remote);
        return echo!.TryReserve() ? null : UpgradeRefusal.Full;
    }

    /// <summary>Counts a refusal.</summary>
    public void Count(UpgradeRefusal refusal) => links.Refused.Count(refusal.Kind);

    /// <summary>Gives the place back: the peer did not live to get the answer.</summary>
    public void Withdraw(RouteTarget target, in RequestSource source)
    {
        if (target == RouteTarget.Echo)
        {
            echo!.Release();
        }
        else
        {
            links.Release(source.Remote);
        }
    }
}
