using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Playground.Ecs.Networking.Diagnostics;
using Playground.Ecs.Networking.Links;

namespace Playground.Ecs.Networking.Sockets;

/// <summary>
/// Accepts connections on a thread of its own, looks at their first bytes and sees their upgrade through. Owner of the
/// listening socket and of every connection in its handshake.
/// </summary>
internal sealed class Acceptor : IDisposable
{
    private const int AcceptsPerTurnMax = 64;
    private const int BusyWaitMicroseconds = 2_000;
    private const int IdleWaitMicroseconds = 200_000;

    private static readonly TimeSpan RefusedAcceptWait = TimeSpan.FromMilliseconds(50);

    // A handshake younger than this is not pushed out by newer ones: its bytes may still be on their way.
    private static readonly TimeSpan GraceTime = TimeSpan.FromSeconds(1);

    private readonly Socket _listener;
    private readonly HandshakeRules _rules;
    private readonly Action<Handshake> _complete;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly int _handshakesMax;
    private readonly List<Handshake> _handshakes = [];
    private readonly byte[] _scratch = new byte[16 * 1024];
    private readonly ManualResetEventSlim _stop = new();
    private readonly Thread _thread;
    private int _refusedAccepts;

    /// <summary>Creates the acceptor; it runs from <see cref="Start"/> on.</summary>
    /// <param name="listener">Bound and listening.</param>
    /// <param name="rules">What handshakes have in common.</param>
    /// <param name="complete">Takes over the socket of a handshake that is upgraded or for the HTTP server; on the accept thread.</param>
    /// <param name="context">The transport's surroundings.</param>
    public Acceptor(Socket listener, HandshakeRules rules, Action<Handshake> complete, TransportStart context)
    {
        _listener = listener;
        _rules = rules;
        _complete = complete;
        _time = context.Time;
        _logger = context.LoggerFactory.CreateLogger<SocketTransport>();
        _handshakesMax = context.Options.HandshakesMax;
        _thread = new Thread(Run) { Name = "Networking accept", IsBackground = true };
    }

    /// <summary>Starts the thread.</summary>
    public void Start() => _thread.Start();

    /// <summary>Stops accepting and closes the listening socket and every connection in its handshake; waits for the thread.</summary>
    public void Dispose()
    {
        _stop.Set();
        _listener.Dispose();
        if (_thread.IsAlive)
        {
            _thread.Join();
        }
    }

    private void Run()
    {
        while (!_stop.IsSet)
        {
            if (WaitForConnection())
            {
                AcceptAll();
            }

            AdvanceHandshakes();
        }

        foreach (var handshake in _handshakes)
        {
            handshake.Refuse(UpgradeRefusal.Stopping);
            handshake.Close();
            _rules.End(handshake.Remote);
        }
    }

    private bool WaitForConnection()
    {
        if (_handshakes.Count >= _handshakesMax && !PushOutOldest())
        {
            // The kernel's backlog holds newcomers until there is room.
            _stop.Wait(BusyWaitMicroseconds / 1_000);
            return false;
        }

        return IsConnectionWaiting(_handshakes.Count > 0 ? BusyWaitMicroseconds : IdleWaitMicroseconds);
    }

    private bool PushOutOldest()
    {
        var oldest = _handshakes[0];
        if (_time.GetElapsedTime(oldest.Since) < GraceTime)
        {
            return false;
        }

        oldest.Refuse(UpgradeRefusal.Full);
        oldest.Close();
        _rules.End(oldest.Remote);
        _handshakes.RemoveAt(0);
        return true;
    }

    private bool IsConnectionWaiting(int microseconds)
    {
        try
        {
            return _listener.Poll(microseconds, SelectMode.SelectRead);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // Disposed under the call: the way this thread is stopped.
            return false;
        }
    }

    private void AcceptAll()
    {
        for (var i = 0; i < AcceptsPerTurnMax && _handshakes.Count < _handshakesMax; i++)
        {
            if (!TryAccept() || !IsConnectionWaiting(0))
            {
                return;
            }
        }
    }

    private bool TryAccept()
    {
        try
        {
            Begin(_listener.Accept());
            _refusedAccepts = 0;
            return true;
        }
        catch (SocketException exception)
        {
            HandleRefusedAccept(exception);
        }
        catch (ObjectDisposedException)
        {
            // Stopped.
        }

        return false;
    }

    private void Begin(Socket socket)
    {
        try
        {
            socket.Blocking = false;
            socket.NoDelay = true;
            socket.SendBufferSize = _rules.SendBufferBytes;
            var handshake = new Handshake(socket, (IPEndPoint)socket.RemoteEndPoint!, _rules, _time.GetTimestamp());
            if (_rules.TryBegin(handshake.Remote))
            {
                _handshakes.Add(handshake);
                return;
            }

            // Without the second that others get to read the answer: it would be a place like those that it has too many of.
            handshake.Refuse(UpgradeRefusal.AddressFull);
            handshake.Close();
        }
        catch (SocketException)
        {
            // The peer was gone before its turn came.
            socket.Dispose();
        }
    }

    // Out of descriptors or memory: the connection stays in the backlog, so that asking again at once would only burn CPU.
    private void HandleRefusedAccept(SocketException exception)
    {
        if (_stop.IsSet || exception.SocketErrorCode is SocketError.ConnectionAborted or SocketError.ConnectionReset or SocketError.WouldBlock)
        {
            return;
        }

        if (_refusedAccepts++ == 0)
        {
            TransportLog.AcceptFailed(_logger, exception.SocketErrorCode);
        }

        _stop.Wait(RefusedAcceptWait);
    }

    private void AdvanceHandshakes()
    {
        if (_handshakes.Count == 0)
        {
            return;
        }

        var now = _time.GetTimestamp();
        var kept = 0;
        for (var i = 0; i < _handshakes.Count; i++)
        {
            var handshake = _handshakes[i];
            if (handshake.IsDue())
            {
                handshake.Advance(now, _scratch);
            }

            if (handshake.State is not (HandshakeState.Http or HandshakeState.Upgraded or HandshakeState.Gone))
            {
                _handshakes[kept++] = handshake;
                continue;
            }

            _rules.End(handshake.Remote);
            if (handshake.State != HandshakeState.Gone)
            {
                _complete(handshake);
            }
        }

        _handshakes.RemoveRange(kept, _handshakes.Count - kept);
    }
}
