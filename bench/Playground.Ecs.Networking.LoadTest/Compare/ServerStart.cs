using Playground.Ecs.Networking.LoadTest.Compare.Servers;

namespace Playground.Ecs.Networking.LoadTest.Compare;

/// <summary>Starts a server by its name, in a process of its own.</summary>
internal static class ServerStart
{
    public static RunProcess Start(string name, TrafficShape shape) => name == LoadServers.Ws
        ? new RunProcess(NodeServer.Start(shape))
        : RunProcess.Start(ServerProcess.Command, ["--server", name, .. shape.ToArguments()]);
}
