using System.Reflection;

namespace Playground.Ecs.Networking.Browser.Serving;

/// <summary>The files that the build embedded, each with its compressed twins. Empty when it was built without Node.js. Immutable; any thread.</summary>
internal sealed class AssetCatalog
{
    private const string Root = "www/";
    private const string BrotliEnding = ".br";
    private const string GzipEnding = ".gz";

    /// <summary>Puts files and their compressed twins together.</summary>
    /// <param name="files">Paths with slashes, none first, and what is there.</param>
    public AssetCatalog(IReadOnlyDictionary<string, byte[]> files) => Assets =
    [
        .. files.Where(static file => !file.Key.EndsWith(BrotliEnding, StringComparison.Ordinal) && !file.Key.EndsWith(GzipEnding, StringComparison.Ordinal))
            .Select(file => new Asset(file.Key, file.Value, files.GetValueOrDefault(file.Key + BrotliEnding), files.GetValueOrDefault(file.Key + GzipEnding))),
    ];

    public IReadOnlyList<Asset> Assets { get; }

    /// <summary>What is embedded in an assembly.</summary>
    public static AssetCatalog Of(Assembly assembly) => new(assembly.GetManifestResourceNames()
        .Where(static name => name.StartsWith(Root, StringComparison.Ordinal))
        .ToDictionary(static name => name[Root.Length..], name => Read(assembly, name)));

    private static byte[] Read(Assembly assembly, string name)
    {
        using var resource = assembly.GetManifestResourceStream(name)!;
        var bytes = new byte[resource.Length];
        resource.ReadExactly(bytes);
        return bytes;
    }
}
