using BenchmarkDotNet.Jobs;
using Playground.Ecs.Networking.Kestrel;
using Playground.Ecs.Networking.Links;
using Playground.Ecs.Networking.Sockets;

namespace Playground.Ecs.Networking.Benchmarks.Frames;

/// <summary>The transports that are measured over sockets, by name.</summary>
internal static partial class BenchTransports
{
    /// <summary>What the build of a benchmark's own program must be told to have them all.</summary>
    public static List<Argument> BuildArguments { get; } = [];

    private static readonly Dictionary<string, Func<ITransport>> All = CreateAll();

    public static IEnumerable<string> Names => All.Keys;

    public static ITransport Create(string name) => All[name]();

    /// <summary>Links that its last passes could not write whole, where it keeps count.</summary>
    public static int BlockedLinks(ITransport transport)
    {
        var count = transport switch
        {
            SocketTransport sockets => sockets.BlockedLinkCount,
            KestrelTransport kestrel => kestrel.BlockedLinkCount,
            _ => 0,
        };
        CountOptional(transport, ref count);
        return count;
    }

    private static Dictionary<string, Func<ITransport>> CreateAll()
    {
        var all = new Dictionary<string, Func<ITransport>>
        {
            ["sockets"] = static () => new SocketTransport(),
            ["kestrel"] = static () => new KestrelTransport(),
        };
        AddOptional(all);
        return all;
    }

    // What a build flag adds, from a file that is compiled with the flag alone.
    static partial void AddOptional(Dictionary<string, Func<ITransport>> all);

    static partial void CountOptional(ITransport transport, ref int count);
}
