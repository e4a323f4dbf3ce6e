using Playground.Ecs.Networking.Kestrel;
using Playground.Ecs.Networking.Links;
using Playground.Ecs.Networking.Sockets;

namespace Playground.Demo;

/// <summary>The transports that <c>--transport</c> chooses among.</summary>
internal static partial class DemoTransports
{
    public const string Default = "sockets";

    private static readonly List<(string Name, Func<ITransport> Create)> All = CreateAll();

    /// <summary>Their names, for messages.</summary>
    public static string Names => string.Join(", ", All.Select(static transport => transport.Name));

    /// <summary>Whether there is such a transport in this build.</summary>
    public static bool Has(string name) => All.Exists(transport => transport.Name == name);

    /// <summary>Why there is none of this name.</summary>
    public static string Explain(string? name) =>
        name == "fleck" ? "--transport fleck needs a build with -p:Fleck=true." : $"--transport must be one of {Names}.";

    /// <summary>A new one.</summary>
    public static ITransport Create(string name) => All.Find(transport => transport.Name == name).Create();

    private static List<(string Name, Func<ITransport> Create)> CreateAll()
    {
        List<(string Name, Func<ITransport> Create)> all =
        [
            (Default, static () => new SocketTransport()),
            ("kestrel", static () => new KestrelTransport()),
        ];
        AddOptional(all);
        return all;
    }

    // What a build flag adds, from a file that is compiled with the flag alone.
    static partial void AddOptional(List<(string Name, Func<ITransport> Create)> all);
}
