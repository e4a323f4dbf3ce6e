namespace Playground.House.Tests;

/// <summary>The files of the repository, without what builds and tools leave behind.</summary>
internal static class Repository
{
    private static readonly HashSet<string> Generated =
        ["bin", "obj", "artifacts", "node_modules", "TestResults", "BenchmarkDotNet.Artifacts", ".git", ".vs", ".idea", ".vscode"];

    private static readonly EnumerationOptions TopOnly = new() { AttributesToSkip = FileAttributes.ReparsePoint };

    /// <summary>The folder with the solution.</summary>
    public static string Root { get; } = FindRoot(TestContext.CurrentContext.TestDirectory);

    /// <summary>All files, as paths from the root with slashes.</summary>
    public static IReadOnlyList<string> Files { get; } = [.. Walk(Root).Select(Relative).Order(StringComparer.Ordinal)];

    /// <summary>The C# files of src, tests and bench.</summary>
    public static IEnumerable<SourceFile> Sources => Lazily.Value;

    private static readonly Lazy<SourceFile[]> Lazily =
        new(static () => [.. Files.Where(static f => f.EndsWith(".cs", StringComparison.Ordinal)).Select(static f => new SourceFile(f))]);

    public static string PathOf(string file) => Path.Combine(Root, file);

    public static string Read(string file) => File.ReadAllText(PathOf(file));

    private static string FindRoot(string folder)
    {
        for (var at = folder; at is not null; at = Path.GetDirectoryName(at))
        {
            if (File.Exists(Path.Combine(at, "Playground.Ecs.Networking.sln"))) return at;
        }

        throw new InvalidOperationException($"No solution above {folder}.");
    }

    private static string Relative(string path) => Path.GetRelativePath(Root, path).Replace('\\', '/');

    private static IEnumerable<string> Walk(string folder)
    {
        foreach (var file in Directory.EnumerateFiles(folder, "*", TopOnly)) yield return file;
        foreach (var inner in Directory.EnumerateDirectories(folder, "*", TopOnly))
        {
            if (Generated.Contains(Path.GetFileName(inner))) continue;
            foreach (var file in Walk(inner)) yield return file;
        }
    }
}
