using System.Net;
using System.Net.Sockets;
using Playground.Ecs.Networking.Links;
using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.Sockets;

/// <summary>Where a handshake stands.</summary>
internal enum HandshakeState
{
    /// <summary>The request line is not decided; nothing was read off the socket.</summary>
    Peeking,

    /// <summary>Ours; its head is being read.</summary>
    Reading,

    /// <summary>Refused; the answer is on its way and what still comes in is discarded.</summary>
    Leaving,

    /// <summary>For the HTTP server, untouched.</summary>
    Http,

    /// <summary>Upgraded: <see cref="Handshake.Upgrade"/> and <see cref="Handshake.Glued"/> are there.</summary>
    Upgraded,

    /// <summary>The socket is closed.</summary>
    Gone,
}

/// <summary>
/// One connection between accept and upgrade, as steps that never wait. Accept thread only. Owner of its socket until it is
/// upgraded or handed to the HTTP server.
/// </summary>
internal sealed class Handshake(Socket socket, IPEndPoint remote, HandshakeRules rules, long now)
{
    private const int LooksPerDelay = 16;
    private const int DelayTurnsMax = 32;

    private RequestHead _head;
    private long _leaveSince = -1;
    private int _looks;
    private int _turnsToWait;

    /// <summary>The connection.</summary>
    public Socket Socket => socket;

    /// <summary>Where it comes from.</summary>
    public IPEndPoint Remote => remote;

    /// <summary>When it was accepted, by the clock's timestamps.</summary>
    public long Since { get; } = now;

    /// <summary>Where it stands.</summary>
    public HandshakeState State { get; private set; }

    /// <summary>Whose it is, once decided.</summary>
    public RouteTarget Target { get; private set; }

    /// <summary>What the request said, once upgraded.</summary>
    public LinkUpgrade? Upgrade { get; private set; }

    /// <summary>What came with the request, behind it, once upgraded.</summary>
    public byte[] Glued { get; private set; } = [];

    /// <summary>
    /// Whether to look now: the accept thread asks once a turn. The longer a connection is silent the rarer it is looked at,
    /// so that a thousand idle ones cost next to nothing.
    /// </summary>
    public bool IsDue()
    {
        if (_turnsToWait-- > 0)
        {
            return false;
        }

        _turnsToWait = Math.Min(_looks++ / LooksPerDelay, DelayTurnsMax);
        return true;
    }

    /// <summary>Looks whether anything arrived, and goes as far as that allows.</summary>
    /// <param name="now">The clock's timestamp.</param>
    /// <param name="scratch">At least <see cref="RequestRoute.PeekBytesMax"/> bytes.</param>
    public void Advance(long now, byte[] scratch)
    {
        if (State == HandshakeState.Peeking)
        {
            Peek(scratch);
        }

        if (State == HandshakeState.Reading)
        {
            Read();
        }

        if (State == HandshakeState.Leaving)
        {
            Leave(now, scratch);
        }
        else if (State is HandshakeState.Peeking or HandshakeState.Reading && rules.IsLate(Since, now))
        {
            GiveUp();
        }
    }

    /// <summary>Answers with an error, and closes once the peer had a chance to read it.</summary>
    public void Refuse(UpgradeRefusal refusal)
    {
        rules.Count(refusal);
        State = TrySend(refusal.ToBytes()) && TryShutDownSend() ? HandshakeState.Leaving : HandshakeState.Gone;
        if (State == HandshakeState.Gone)
        {
            Close();
        }
    }

    /// <summary>Closes the socket.</summary>
    public void Close()
    {
        State = HandshakeState.Gone;
        socket.Dispose();
    }

    private void Peek(byte[] scratch)
    {
        var count = socket.Receive(scratch.AsSpan(0, RequestRoute.PeekBytesMax), SocketFlags.Peek, out var error);
        if (count <= 0)
        {
            CloseUnlessWaiting(error);
            return;
        }

        Target = rules.Route.Decide(scratch.AsSpan(0, count));
        if (Target == RouteTarget.PlainText)
        {
            Refuse(UpgradeRefusal.TlsRequired);
            return;
        }

        State = Target switch
        {
            RouteTarget.Unknown => HandshakeState.Peeking,
            RouteTarget.Http => HandshakeState.Http,
            _ => HandshakeState.Reading,
        };
    }

    private void Read()
    {
        while (State == HandshakeState.Reading)
        {
            var space = _head.GetSpace(rules.HeadBytesMax);
            if (space.IsEmpty)
            {
                Refuse(UpgradeRefusal.HeadTooLarge);
                return;
            }

            var count = socket.Receive(space, SocketFlags.None, out var error);
            if (count <= 0)
            {
                CloseUnlessWaiting(error);
                return;
            }

            if (_head.Received(count))
            {
                Answer();
            }
        }
    }

    private void Answer()
    {
        var source = default(RequestSource);
        var request = UpgradeRequest.Parse(_head.Bytes);
        var refusal = request is null
            ? UpgradeRefusal.BadRequest("not an HTTP/1.1 request")
            : request.Judge(anySubprotocol: Target == RouteTarget.Echo) ?? rules.Admit(Target, request, remote, out source);
        if (refusal is not null)
        {
            Refuse(refusal);
            return;
        }

        var subprotocol = Target == RouteTarget.Link && request!.HasSubprotocol ? ProtocolLimits.Subprotocol : null;
        if (rules.AnswersUpgrades && !TrySend(UpgradeAcceptance.ToBytes(request!.Key, subprotocol)))
        {
            rules.Withdraw(Target, source);
            Close();
            return;
        }

        Glued = _head.Rest.ToArray();
        Upgrade = request!.ToUpgrade(source);
        State = HandshakeState.Upgraded;
    }

    // Until the peer closes too, or has had its second: closed with bytes unread, TCP resets and the answer may be lost.
    private void Leave(long now, byte[] scratch)
    {
        _leaveSince = _leaveSince < 0 ? now : _leaveSince;
        int count;
        SocketError error;
        var rounds = 0;
        do
        {
            count = socket.Receive(scratch, SocketFlags.None, out error);
        }
        while (count > 0 && ++rounds < 16);

        if ((count <= 0 && error != SocketError.WouldBlock) || rules.HasLeft(_leaveSince, now))
        {
            Close();
        }
    }

    private void GiveUp()
    {
        if (Target == RouteTarget.Unknown)
        {
            rules.Count(UpgradeRefusal.RequestTimeout);
            Close();
        }
        else
        {
            Refuse(UpgradeRefusal.RequestTimeout);
        }
    }

    private void CloseUnlessWaiting(SocketError error)
    {
        if (error != SocketError.WouldBlock)
        {
            Close();
        }
    }

    private bool TrySend(byte[] answer) => socket.Send(answer, SocketFlags.None, out _) == answer.Length;

    private bool TryShutDownSend()
    {
        try
        {
            socket.Shutdown(SocketShutdown.Send);
            return true;
        }
        catch (SocketException)
        {
            // The peer is gone already.
            return false;
        }
    }
}
