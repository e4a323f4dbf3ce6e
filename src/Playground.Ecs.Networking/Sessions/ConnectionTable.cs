namespace Playground.Ecs.Networking.Sessions;

/// <summary>All connections whose link is open, dense for the frame's sweeps. Loop thread only.</summary>
internal sealed class ConnectionTable
{
    private readonly List<Connection> _connections = [];

    public int Count => _connections.Count;

    /// <summary>Connections come and go at the end: iterate from the last to the first to remove while iterating.</summary>
    public Connection this[int index] => _connections[index];

    public void Add(Connection connection)
    {
        connection.Index = _connections.Count;
        _connections.Add(connection);
    }

    public void Remove(Connection connection)
    {
        var last = _connections[^1];
        _connections[connection.Index] = last;
        last.Index = connection.Index;
        _connections.RemoveAt(_connections.Count - 1);
        connection.Index = -1;
    }
}
