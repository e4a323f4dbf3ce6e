namespace Playground.Demo.Chromium.Tests.Harness;

/// <summary>Where things are in the repository.</summary>
internal static class Folders
{
    /// <summary>The folder with the solution.</summary>
    public static string Root { get; } = FindRoot(TestContext.CurrentContext.TestDirectory);

    /// <summary>What the tests leave behind to be looked at; not in git.</summary>
    public static string Screenshots { get; } = Path.Combine(Root, "artifacts", "screenshots");

    /// <summary>The npm packages that the pages are built and tested with.</summary>
    public static string NodeModules { get; } = Path.Combine(Root, "src", "Playground.Ecs.Networking.Browser", "node_modules");

    private static string FindRoot(string folder)
    {
        var at = folder;
        while (!File.Exists(Path.Combine(at, "Playground.Ecs.Networking.sln"))) at = Path.GetDirectoryName(at)!;
        return at;
    }
}
