using Playground.Ecs.Networking.Kestrel;

namespace Playground.Ecs.Networking.LoadTest.Compare.Servers;

/// <summary>The servers that can be compared, by name.</summary>
internal static partial class LoadServers
{
    public const string Ours = "ours";
    public const string Yardstick = "yardstick";
    public const string SignalR = "signalr";
    public const string LiteNet = "litenetlib";
    public const string Ws = "ws";

    private const string OursOnKestrel = "ours-kestrel";
    private const string Kestrel = "kestrel";

    /// <summary>Those that a comparison takes unless it is told which.</summary>
    public static IReadOnlyList<string> Names { get; } = CreateNames();

    /// <exception cref="ArgumentException">No server has this name.</exception>
    public static ILoadServer Create(string name, TrafficShape shape, Tally tally)
    {
        ILoadServer? optional = null;
        CreateOptional(name, shape, tally, ref optional);
        return optional ?? name switch
        {
            Ours => new OursServer(shape, tally),
            Yardstick => new YardstickServer(shape, tally),
            OursOnKestrel => new OursServer(shape, tally, new KestrelTransport()),
            Kestrel => new KestrelServer(shape, tally),
            SignalR => new SignalRServer(shape, tally),
            LiteNet => new LiteNetServer(shape, tally),
            _ => throw new ArgumentException($"No server is called '{name}'.", nameof(name)),
        };
    }

    private static List<string> CreateNames()
    {
        List<string> names = [Yardstick, Ours, Kestrel, SignalR, LiteNet, Ws];
        AddOptional(names);
        return names;
    }

    // What a build flag adds, from a file that is compiled with the flag alone.
    static partial void AddOptional(List<string> names);

    static partial void CreateOptional(string name, TrafficShape shape, Tally tally, ref ILoadServer? server);
}
