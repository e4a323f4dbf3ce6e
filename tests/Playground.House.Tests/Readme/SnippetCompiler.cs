using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Playground.House.Tests.Readme;

/// <summary>Compiles a snippet as a console program of a project with implicit usings, against the assemblies that were built.</summary>
internal static class SnippetCompiler
{
    private const string ImplicitUsings =
        """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Threading;
        global using System.Threading.Tasks;
        """;

    // What the README says of its later snippets: the first one's usings, and a system and a channel that exist.
    private const string Given =
        """
        global using Playground.Ecs;
        global using Playground.Ecs.Systems;
        global using Playground.Ecs.Networking;
        global using Playground.Ecs.Networking.Channels;
        global using Playground.Ecs.Networking.Components;
        global using Playground.Ecs.Networking.Loop;
        global using Playground.Ecs.Networking.Protocol;
        global using static Given;

        static class Given
        {
            public static NetworkingSystem networking = new();
            public static Channel channel = null!;
            public static ChannelId channelId = 1000;
            public static Entity connection = Entity.Null;
        }
        """;

    private static readonly Lazy<MetadataReference[]> References = new(static () =>
        [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(static path => !Path.GetFileName(path).StartsWith("Playground.House", StringComparison.Ordinal))
            .Select(static path => MetadataReference.CreateFromFile(path))]);

    /// <summary>The errors and warnings of a snippet; alone: without what the README says is given.</summary>
    public static IEnumerable<string> Check(string code, bool alone)
    {
        using var assembly = new MemoryStream();
        return Compile(code, alone).Emit(assembly).Diagnostics
            .Where(static d => d.Severity >= DiagnosticSeverity.Warning)
            .Select(static d => d.ToString());
    }

    /// <summary>The entry point of a snippet that compiles alone.</summary>
    public static MethodInfo Load(string code)
    {
        using var assembly = new MemoryStream();
        var emitted = Compile(code, alone: true).Emit(assembly);
        Assert.That(emitted.Success, string.Join('\n', emitted.Diagnostics));
        return Assembly.Load(assembly.ToArray()).EntryPoint!;
    }

    private static CSharpCompilation Compile(string code, bool alone)
    {
        var options = CSharpParseOptions.Default.WithLanguageVersion(LanguageVersion.Latest);
        string[] texts = alone ? [Flavour.Adapt(code), ImplicitUsings] : [code, ImplicitUsings, Flavour.Adapt(Given)];
        return CSharpCompilation.Create(
            $"Snippet{(uint)code.GetHashCode(StringComparison.Ordinal)}",
            texts.Select(text => CSharpSyntaxTree.ParseText(text, options)),
            References.Value,
            new CSharpCompilationOptions(OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable));
    }
}
