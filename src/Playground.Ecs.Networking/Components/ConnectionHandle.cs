using Playground.Ecs.Networking.Sessions;

namespace Playground.Ecs.Networking.Components;

/// <summary>From a connection's entity to its session.</summary>
internal readonly struct ConnectionHandle(Connection connection)
{
    public readonly Connection Connection = connection;
}
