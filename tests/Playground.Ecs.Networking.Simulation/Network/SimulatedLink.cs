using Playground.Ecs.Networking.Links;
using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Simulation.Checks;

namespace Playground.Ecs.Networking.Simulation.Network;

/// <summary>A WebSocket with all that can happen to one: two pipes between the server's memory link and a client.</summary>
internal sealed class SimulatedLink(int client, string name, MemoryClient serverEnd, Pipe up, Pipe down, ILinkObserver observer)
{
    private bool _isEndWritten;
    private bool _hasDelivered;
    private bool _hasTaken;
    private int _pings;

    /// <summary>The client's number.</summary>
    public int Client => client;

    /// <summary>What the observer knows of it.</summary>
    public WireLink Wire { get; } = new(client, name);

    /// <summary>From the client to the server.</summary>
    public Pipe Up => up;

    /// <summary>From the server to the client.</summary>
    public Pipe Down => down;

    /// <summary>True until the client closed it or learned of its end.</summary>
    public bool IsOpenAtClient { get; private set; } = true;

    /// <summary>True until the server closed it or was told of its end.</summary>
    public bool IsOpenAtServer => serverEnd.End is null;

    /// <summary>The link ends when the server's next Welcome is under way.</summary>
    public bool CutAtWelcome { get; set; }

    /// <summary>How often <see cref="CutAtWelcome"/> did.</summary>
    public int WelcomesLost { get; set; }

    /// <summary>Puts another message in the place of the client's first one, its Hello; null, or a null message: leaves it.</summary>
    public Func<byte[], byte[]?>? AltersHello { get; set; }

    /// <summary>Puts another message in the place of the server's first one, its Welcome; null, or a null message: leaves it.</summary>
    public Func<byte[], byte[]?>? AltersWelcome { get; set; }

    /// <summary>Messages that were lost when the link was cut.</summary>
    public int MessagesLost { get; private set; }

    /// <summary>True when neither end knows of it any more.</summary>
    public bool IsOver => !IsOpenAtClient && !IsOpenAtServer;

    /// <summary>The server's frame since which <see cref="IsOver"/>; -1: it is not.</summary>
    public long OverSinceFrame { get; set; } = -1;

    // The server's end

    /// <summary>Gives the server what has arrived for it.</summary>
    public void DeliverToServer(long now)
    {
        while (up.TryPeek(now, out var item))
        {
            if (item.Message is null)
            {
                EndAtServer(item.Code, item.Reason);
            }
            else
            {
                var message = (_hasDelivered ? null : AltersHello?.Invoke(item.Message)) ?? item.Message;
                _hasDelivered = true;
                if (IsOpenAtServer && !serverEnd.TrySend(message)) return;
                if (IsOpenAtServer) observer.ServerGets(this, message);
            }

            up.Take();
        }
    }

    /// <summary>Takes what the server wrote, as far as the way has room.</summary>
    public void TakeFromServer(long now)
    {
        while (down.HasRoom && serverEnd.TryReceive(out var message))
        {
            observer.ServerWrote(this, message.Span, serverEnd.PingsReceived - _pings);
            _pings = serverEnd.PingsReceived;
            if (CutAtWelcome && PacketHeader.TryRead(message.Span, out var header) && IsWelcome(header))
            {
                CutAtWelcome = false;
                WelcomesLost++;
                down.Write(message.ToArray(), now);
                Reset(now, keepsNothing: true);
                return;
            }

            var written = message.ToArray();
            down.Write((_hasTaken ? null : AltersWelcome?.Invoke(written)) ?? written, now);
            _hasTaken = true;
        }

        if (_isEndWritten || serverEnd.End is not { ByPeer: false } end) return;
        _isEndWritten = true;
        down.WriteEnd(end.Code, end.Reason, now);
    }

    // The client's end

    /// <summary>Sends a message of the client's; only while the way has room.</summary>
    public void Write(byte[] message, long now)
    {
        observer.ClientWrote(this, message);
        up.Write(message, now);
    }

    /// <summary>The client closes, behind what it wrote; 1006: it drops the link.</summary>
    public void CloseByClient(ushort code, string reason, long now)
    {
        IsOpenAtClient = false;
        up.WriteEnd(code, reason, now);
    }

    /// <summary>The client is told of the end.</summary>
    public void EndAtClient() => IsOpenAtClient = false;

    // Faults

    /// <summary>The connection is gone for both; of what was under way each may still get a first part.</summary>
    public void Reset(long now, bool keepsNothing = false)
    {
        MessagesLost += up.Cut(now, keepsNothing);
        MessagesLost += down.Cut(now, keepsNothing);
    }

    /// <summary>The server's process is gone.</summary>
    public void Crash(long now)
    {
        serverEnd.Abort();
        Reset(now);
    }

    /// <summary>The connection is gone for the client; the server is not told.</summary>
    public void ResetForClient(long now)
    {
        MessagesLost += down.Cut(now, keepsNothing: false);
        up.Vanish(int.MaxValue);
    }

    /// <summary>The connection is gone for the server; the client is not told.</summary>
    public void ResetForServer(long now)
    {
        MessagesLost += up.Cut(now, keepsNothing: false);
        down.Vanish(int.MaxValue);
    }

    /// <summary>Bytes vanish both ways from now on, and nobody is told.</summary>
    /// <param name="capacityBytes">How many each end's kernel takes before the writer has to wait.</param>
    public void Vanish(int capacityBytes)
    {
        up.Vanish(capacityBytes);
        down.Vanish(capacityBytes);
    }

    private void EndAtServer(ushort code, string reason)
    {
        if (code == (ushort)CloseCode.Abnormal) serverEnd.Abort();
        else serverEnd.Close(code, reason);
    }

    private static bool IsWelcome(in PacketHeader header) => header.Channel == ChannelId.Control && header.Type == (ushort)ControlType.Welcome;
}
