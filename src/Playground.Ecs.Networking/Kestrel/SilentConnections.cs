using System.Net;
using Microsoft.AspNetCore.Connections;
using Playground.Ecs.Networking.Sockets;

namespace Playground.Ecs.Networking.Kestrel;

/// <summary>
/// The connections of Kestrel's own listener that have not said anything yet: at most <see cref="NetworkingOptions.HandshakesMax"/>, of
/// which the oldest makes room for a newcomer, and a part of them for each address. Any thread.
/// </summary>
/// <param name="links">The limits.</param>
/// <param name="time">The clock.</param>
internal sealed class SilentConnections(LinkSet links, TimeProvider time)
{
    // One younger than this is not pushed out: its bytes may still be on their way.
    private static readonly TimeSpan GraceTime = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly LinkedList<(ConnectionContext Connection, long Since)> _silent = [];

    /// <summary>Takes a place for a connection; <see cref="Leave"/> gives it back.</summary>
    /// <returns>The refusal where there is none.</returns>
    public UpgradeRefusal? Enter(ConnectionContext connection)
    {
        ConnectionContext? oldest = null;
        lock (_gate)
        {
            if (_silent.Count >= links.Options.HandshakesMax)
            {
                var (candidate, since) = _silent.First!.Value;
                if (time.GetElapsedTime(since) < GraceTime) return UpgradeRefusal.Full;
                oldest = candidate;
                Remove(_silent.First);
            }

            if (!IsProxy(connection) && !links.Addresses.TryBeginHandshake(connection.RemoteEndPoint as IPEndPoint)) return UpgradeRefusal.AddressFull;
            connection.Items[this] = _silent.AddLast((connection, time.GetTimestamp()));
        }

        if (oldest is not null) links.Refused.Count(RefusedUpgrade.Full);
        oldest?.Abort();
        return null;
    }

    /// <summary>A connection has spoken, or is gone. Again: nothing.</summary>
    public void Leave(ConnectionContext connection)
    {
        lock (_gate)
        {
            if (connection.Items.TryGetValue(this, out var place) && place is LinkedListNode<(ConnectionContext, long)> { List: not null } node) Remove(node);
        }
    }

    private void Remove(LinkedListNode<(ConnectionContext Connection, long Since)> node)
    {
        _silent.Remove(node);
        if (!IsProxy(node.Value.Connection)) links.Addresses.EndHandshake(node.Value.Connection.RemoteEndPoint as IPEndPoint);
    }

    private bool IsProxy(ConnectionContext connection) =>
        connection.RemoteEndPoint is IPEndPoint remote && links.Origins.IsTrusted(remote.Address);
}
