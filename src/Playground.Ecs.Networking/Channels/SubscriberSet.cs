using Playground.Ecs.Networking.Sessions;

namespace Playground.Ecs.Networking.Channels;

/// <summary>The connections that get what is sent to a channel: dense for the send loop, O(1) to join and to leave. Loop thread only.</summary>
internal sealed class SubscriberSet
{
    private readonly Dictionary<Connection, int> _indices = [];
    private Connection[] _connections = [];

    public int Count { get; private set; }

    /// <summary>Told of whoever leaves, with its subscription or its session; null: nobody is.</summary>
    public Action<Connection>? Left { get; set; }

    /// <summary>The subscribers in no particular order; valid until the next change.</summary>
    public ReadOnlySpan<Connection> Connections => _connections.AsSpan(0, Count);

    public bool Contains(Connection connection) => _indices.ContainsKey(connection);

    /// <returns>False when the connection was in already.</returns>
    public bool Add(Connection connection)
    {
        if (!_indices.TryAdd(connection, Count)) return false;
        if (Count == _connections.Length) Array.Resize(ref _connections, Math.Max(4, Count * 2));
        _connections[Count++] = connection;
        return true;
    }

    /// <returns>False when the connection was not in.</returns>
    public bool Remove(Connection connection)
    {
        if (!_indices.Remove(connection, out var index)) return false;
        var last = _connections[--Count];
        _connections[Count] = null!;
        if (index != Count)
        {
            _connections[index] = last;
            _indices[last] = index;
        }

        Left?.Invoke(connection);
        return true;
    }
}
