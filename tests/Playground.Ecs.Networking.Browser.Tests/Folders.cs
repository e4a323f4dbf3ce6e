namespace Playground.Ecs.Networking.Browser.Tests;

/// <summary>Where things are in the repository.</summary>
internal static class Folders
{
    /// <summary>The folder with the solution.</summary>
    public static string Root { get; } = FindRoot(TestContext.CurrentContext.TestDirectory);

    /// <summary>The npm package: client, pages, and the tests that vitest runs.</summary>
    public static string Browser { get; } = Path.Combine(Root, "src", "Playground.Ecs.Networking.Browser");

    private static string FindRoot(string folder)
    {
        var at = folder;
        while (!File.Exists(Path.Combine(at, "Playground.Ecs.Networking.sln"))) at = Path.GetDirectoryName(at)!;
        return at;
    }
}
