using Playground.Ecs.Networking.LoadTest.Compare.Servers;

namespace Playground.Ecs.Networking.LoadTest.Compare;

/// <summary>Starts a server by its name.</summary>
internal static class ServerStart
{
    public static RunProcess Start(string name, TrafficShape shape) =>
        RunProcess.Start(ServerProcess.Command, ["--server", name, .. shape.ToArguments()]);
}
