using Playground.Ecs.Networking.Kestrel;

namespace Playground.Ecs.Networking.LoadTest.Compare.Servers;

/// <summary>The servers that can be compared, by name.</summary>
internal static partial class LoadServers
{
    public const string Ours = "ours";
    public const string OursOnKestrel = "ours-kestrel";
    public const string Yardstick = "yardstick";
    public const string Kestrel = "kestrel";
    public const string SignalR = "signalr";
    public const string Ws = "ws";

    /// <summary>Those that a comparison takes unless it is told which.</summary>
    public static IReadOnlyList<string> Names { get; } = [Yardstick, Ours, Kestrel, SignalR, Ws];

    /// <exception cref="ArgumentException">No server has this name.</exception>
    public static ILoadServer Create(string name, TrafficShape shape, Tally tally) => name switch
    {
        Ours => new OursServer(shape, tally),
        Yardstick => new YardstickServer(shape, tally),
        OursOnKestrel => new OursServer(shape, tally, new KestrelTransport()),
        Kestrel => new KestrelServer(shape, tally),
        SignalR => new SignalRServer(shape, tally),
        _ => throw new ArgumentException($"No server is called '{name}'.", nameof(name)),
    };
}
