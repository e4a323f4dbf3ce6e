using System.Reflection;

namespace Playground.House.Tests;

/// <summary>What this build was made of: the Ecs and Fleck properties, which child builds must be told too.</summary>
internal static class Flavour
{
    /// <summary>Embedded or Arch.</summary>
    public static string Ecs { get; } = Metadata("Ecs");

    /// <summary>The command-line arguments that make the same build.</summary>
    public static string[] Arguments { get; } = [$"-p:Ecs={Ecs}", $"-p:Fleck={Metadata("Fleck")}"];

    /// <summary>The folder of all packages that the build was restored to, which is a package source itself.</summary>
    public static string PackageRoot { get; } = Metadata("NuGetPackageRoot");

    /// <summary>Code for the embedded ECS, as the README shows it, with the usings of the ECS at hand.</summary>
    public static string Adapt(string code) => code
        .Replace("using Playground.Ecs;", $"using {typeof(World).Namespace};", StringComparison.Ordinal)
        .Replace("using Playground.Ecs.Systems;", $"using {typeof(BaseSystem<,>).Namespace};", StringComparison.Ordinal);

    private static string Metadata(string key) =>
        typeof(Flavour).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == key).Value ?? "";
}
