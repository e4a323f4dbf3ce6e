using System.Net;
using Playground.Ecs.Networking.Links;

namespace Playground.Ecs.Networking.Sockets;

/// <summary>
/// What each address has of connections and asks for in a second. Who has no address is not limited. An address is remembered while it has
/// something open, and then until it may ask for as much again as a new one. Any thread.
/// </summary>
/// <param name="options">The limits.</param>
/// <param name="time">The clock.</param>
internal sealed class AddressLimits(NetworkingOptions options, TimeProvider time)
{
    private const int SweepAtLeast = 1_024;

    private readonly Lock _gate = new();
    private readonly Dictionary<IPAddress, Peer> _peers = [];
    private int _sweepAt = SweepAtLeast;

    /// <summary>Addresses that are remembered.</summary>
    public int Count
    {
        get
        {
            lock (_gate) return _peers.Count;
        }
    }

    /// <summary>Takes one of the address's places for handshakes; <see cref="EndHandshake"/> gives it back.</summary>
    public bool TryBeginHandshake(IPEndPoint? remote)
    {
        if (PeerAddress.Of(remote) is not { } address) return true;
        lock (_gate)
        {
            var peer = Find(address);
            if (peer.Handshakes >= options.HandshakesPerAddressMax) return false;
            peer.Handshakes++;
            return true;
        }
    }

    /// <summary>A handshake has become a link, or nothing.</summary>
    public void EndHandshake(IPEndPoint? remote)
    {
        if (PeerAddress.Of(remote) is not { } address) return;
        lock (_gate)
        {
            if (_peers.TryGetValue(address, out var peer)) peer.Handshakes--;
        }
    }

    /// <summary>Counts an upgrade request.</summary>
    /// <returns>False for one too many.</returns>
    public bool TryAsk(IPEndPoint? remote)
    {
        if (PeerAddress.Of(remote) is not { } address) return true;
        lock (_gate)
        {
            var peer = Find(address);
            Refill(peer);
            return peer.Asks.TryTake(1);
        }
    }

    /// <summary>Takes one of the address's places for links; <see cref="Close"/> gives it back.</summary>
    public bool TryOpen(IPEndPoint? remote)
    {
        if (PeerAddress.Of(remote) is not { } address) return true;
        lock (_gate)
        {
            var peer = Find(address);
            if (peer.Links >= options.ConnectionsPerAddressMax) return false;
            peer.Links++;
            return true;
        }
    }

    /// <summary>A link has ended.</summary>
    public void Close(IPEndPoint? remote)
    {
        if (PeerAddress.Of(remote) is not { } address) return;
        lock (_gate)
        {
            if (_peers.TryGetValue(address, out var peer)) peer.Links--;
        }
    }

    private Peer Find(IPAddress address)
    {
        if (_peers.TryGetValue(address, out var peer)) return peer;
        if (_peers.Count >= _sweepAt) Sweep();
        peer = new Peer { Asks = new TokenBucket(options.HandshakesPerAddressPerSecond), RefilledAt = time.GetTimestamp() };
        _peers.Add(address, peer);
        return peer;
    }

    // Rarer the more there are, so that each new address pays for a few old ones at most.
    private void Sweep()
    {
        foreach (var (address, peer) in _peers)
        {
            Refill(peer);
            if (peer.Links == 0 && peer.Handshakes == 0 && peer.Asks.IsFull(options.HandshakesPerAddressPerSecond)) _peers.Remove(address);
        }

        _sweepAt = Math.Max(SweepAtLeast, _peers.Count * 2);
    }

    private void Refill(Peer peer)
    {
        var now = time.GetTimestamp();
        peer.Asks.Refill(options.HandshakesPerAddressPerSecond, time.GetElapsedTime(peer.RefilledAt, now).TotalSeconds);
        peer.RefilledAt = now;
    }

    private sealed class Peer
    {
        public TokenBucket Asks;

        public int Links { get; set; }

        public int Handshakes { get; set; }

        public long RefilledAt { get; set; }
    }
}
