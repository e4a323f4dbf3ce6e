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

    /// <summary>Copies all of them to the front of an array, which grows when it is too small.</summary>
    /// <returns>How many there are.</returns>
    public int CopyTo(ref Connection[] connections)
    {
        if (connections.Length < Count) connections = new Connection[Math.Max(16, Count * 2)];
        _connections.CopyTo(connections);
        return Count;
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
