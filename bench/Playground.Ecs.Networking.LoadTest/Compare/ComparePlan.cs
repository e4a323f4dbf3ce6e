using Playground.Ecs.Networking.LoadTest.Compare.Servers;

namespace Playground.Ecs.Networking.LoadTest.Compare;

/// <summary>What a command runs: every server under every shape, so many rounds.</summary>
internal sealed record ComparePlan(string Name, IReadOnlyList<string> Servers, IReadOnlyList<TrafficShape> Shapes, int Runs, RunTimes Times)
{
    public const string CurveName = "curve";

    private const int QuickConnections = 20;
    private const int CurveMessagesPerSecondMax = 30_000;

    public int RunCount => Servers.Count * Shapes.Count * Runs;

    /// <summary>The modes at the connections that the bars name, unless the options say otherwise.</summary>
    public static ComparePlan Compare(LoadOptions options)
    {
        (TrafficMode Mode, int Connections)[] modes =
        [
            (TrafficMode.Duplex, 500), (TrafficMode.Broadcast, 1000), (TrafficMode.Direct, 1000),
            (TrafficMode.Inbound, 500), (TrafficMode.Echo, 300), (TrafficMode.Idle, 1000),
        ];
        var chosen = options.Texts("--mode").Select(static mode => Enum.Parse<TrafficMode>(mode, ignoreCase: true)).ToArray();
        var shapes =
            from mode in modes
            where chosen.Length == 0 || chosen.Contains(mode.Mode)
            from connections in options.Numbers("--connections", options.Has("--quick") ? QuickConnections : mode.Connections)
            from packets in options.Numbers("--packets", 10)
            select Shape(options, mode.Mode, connections, packets);
        return Create("compare", options, LoadServers.Names, shapes);
    }

    /// <summary>
    /// Connections by packets, for the two that a scale curve is about. Many connections have fewer frames, so that the machine has time for all
    /// of them: the curve is about what a packet costs, capacity about how many there can be.
    /// </summary>
    public static ComparePlan Curve(LoadOptions options)
    {
        var isQuick = options.Has("--quick");
        var shapes =
            from mode in options.Texts("--mode", nameof(TrafficMode.Broadcast), nameof(TrafficMode.Echo))
            from packets in options.Numbers("--packets", 1, 10, 100)
            from connections in options.Numbers("--connections", isQuick ? [10, QuickConnections] : [10, 100, 1000, 4000])
            let shape = Shape(options, Enum.Parse<TrafficMode>(mode, ignoreCase: true), connections, packets)
            select shape with { Rate = Math.Clamp(CurveMessagesPerSecondMax / connections, 1, shape.Rate) };
        return Create(CurveName, options, [LoadServers.Yardstick, LoadServers.Ours], shapes);
    }

    /// <summary>How many peers are served at the full rate.</summary>
    public static ComparePlan Capacity(LoadOptions options)
    {
        var shapes =
            from mode in options.Texts("--mode", nameof(TrafficMode.Broadcast))
            from connections in options.Numbers("--connections", options.Has("--quick") ? [QuickConnections] : [500, 1000, 1500, 2000])
            select Shape(options, Enum.Parse<TrafficMode>(mode, ignoreCase: true), connections, options.Get("--packets", 10));
        return Create("capacity", options, LoadServers.Names, shapes);
    }

    /// <summary>System calls are counted with few peers, since a watched server is slow.</summary>
    public static ComparePlan Syscalls(LoadOptions options)
    {
        var shapes =
            from mode in options.Texts("--mode", nameof(TrafficMode.Broadcast), nameof(TrafficMode.Echo), nameof(TrafficMode.Duplex))
            from connections in options.Numbers("--connections", options.Has("--quick") ? QuickConnections : 50)
            select Shape(options, Enum.Parse<TrafficMode>(mode, ignoreCase: true), connections, options.Get("--packets", 10));
        return Create("syscalls", options, LoadServers.Names, shapes) with { Runs = 1 };
    }

    private static TrafficShape Shape(LoadOptions options, TrafficMode mode, int connections, int packets) =>
        new(mode, connections, packets, options.Get("--bytes", 64), options.Get("--rate", 60));

    private static ComparePlan Create(string name, LoadOptions options, IReadOnlyList<string> servers, IEnumerable<TrafficShape> shapes)
    {
        var isQuick = options.Has("--quick");
        return new ComparePlan(
            name,
            options.Texts("--servers", servers),
            [.. shapes],
            options.Get("--runs", isQuick ? 1 : 5),
            new RunTimes(
                TimeSpan.FromSeconds(options.Get("--warm-up", isQuick ? 1 : 6)),
                TimeSpan.FromSeconds(options.Get("--seconds", isQuick ? 1 : 5))));
    }
}
