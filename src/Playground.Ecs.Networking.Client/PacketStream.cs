using Playground.Ecs.Networking.Client.Links;
using Playground.Ecs.Networking.Client.Sessions;

namespace Playground.Ecs.Networking.Client;

/// <summary>
/// A channel's packets for one reader, who may be slower than they come: bounded like the client's inbox. One side adds, one reads.
/// </summary>
internal sealed class PacketStream(ClientOptions options, Action<PacketStream> leave, CancellationToken cancellationToken) : IAsyncEnumerable<ClientPacket>
{
    private readonly SessionCounters _counters = new();
    private readonly Lock _gate = new();
    private readonly Signal _added = new();
    private readonly Signal _taken = new();
    private Inbox? _inbox;
    private bool _isRead;
    private bool _isOver;
    private bool _hasLeft;
    private CancellationTokenRegistration _registration;

    /// <summary>Unreliable packets that came too fast.</summary>
    public long Dropped
    {
        get
        {
            lock (_gate) return _counters.InboxDropped;
        }
    }

    /// <summary>Adds a packet; waits while the stream is full of reliable ones.</summary>
    public async ValueTask AddAsync(ClientEvent e, CancellationToken stopping)
    {
        while (!TryAdd(e)) await _taken.WaitAsync(stopping).ConfigureAwait(false);
        _added.Set();
    }

    /// <summary>A stream that nobody ever reads is not filled for ever once its token is cancelled.</summary>
    public void LeaveWhenCancelled() =>
        _registration = cancellationToken.UnsafeRegister(static stream => ((PacketStream)stream!).Leave(), this);

    /// <summary>No packet comes any more; those that wait can still be read.</summary>
    public void End()
    {
        lock (_gate) _isOver = true;
        _added.Set();
        _taken.Set();
    }

    public async IAsyncEnumerator<ClientPacket> GetAsyncEnumerator(CancellationToken readCancellation = default)
    {
        lock (_gate)
        {
            if (_isRead) throw new InvalidOperationException("A stream of packets is read once.");
            _isRead = true;
        }

        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, readCancellation);
        try
        {
            while (true)
            {
                while (TryTake(out var packet)) yield return packet;
                lock (_gate)
                {
                    if (_isOver && _inbox is null or { IsEmpty: true }) yield break;
                }

                await _added.WaitAsync(either.Token).ConfigureAwait(false);
            }
        }
        finally
        {
            Leave();
        }
    }

    // Twice where the token ends the reader too.
    private void Leave()
    {
        _registration.Unregister();
        End();
        lock (_gate)
        {
            if (_hasLeft) return;
            _hasLeft = true;
        }

        leave(this);
    }

    private bool TryAdd(in ClientEvent e)
    {
        lock (_gate)
        {
            if (_isOver) return true;
            _inbox ??= new Inbox(options, _counters);
            if (e.IsReliable && _inbox.IsFull) return false;
            if (e.IsReliable) _inbox.Keep(e);
            else _inbox.Offer(e);
            return true;
        }
    }

    private bool TryTake(out ClientPacket packet)
    {
        lock (_gate)
        {
            if (_inbox is null || !_inbox.TryTake(out var e))
            {
                packet = default;
                return false;
            }

            packet = new ClientPacket(e);
        }

        _taken.Set();
        return true;
    }
}
