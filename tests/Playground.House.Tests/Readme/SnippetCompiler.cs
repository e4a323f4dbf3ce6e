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

    /// <summary>What the README says of its later snippets: the first one's usings, and a system and a channel that exist.</summary>
    public const string GivenToGames =
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

    /// <summary>The same of the client's README.</summary>
    public const string GivenToClients =
        """
        global using MessagePack;
        global using Playground.Ecs.Networking;
        global using Playground.Ecs.Networking.Client;
        global using Playground.Ecs.Networking.Protocol;
        global using static Given;

        public static class Given
        {
            public static NetworkClient client = null!;
            public static ClientChannel channel = null!;
        }
        """;

    // Packages that were built for an older framework are no mistake of the snippet's: the SDK says nothing either.
    private static readonly CSharpCompilationOptions Options = new(
        OutputKind.ConsoleApplication,
        nullableContextOptions: NullableContextOptions.Enable,
        specificDiagnosticOptions: [new("CS1701", ReportDiagnostic.Suppress), new("CS1702", ReportDiagnostic.Suppress)]);

    private static readonly Lazy<MetadataReference[]> References = new(static () =>
        [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(static path => !Path.GetFileName(path).StartsWith("Playground.House", StringComparison.Ordinal))
            .Select(static path => MetadataReference.CreateFromFile(path))]);

    /// <summary>The errors and warnings of a snippet, with what its page says is given; null: nothing.</summary>
    public static IEnumerable<string> Check(string code, string? given)
    {
        using var assembly = new MemoryStream();
        return Compile(code, given).Emit(assembly).Diagnostics
            .Where(static d => d.Severity >= DiagnosticSeverity.Warning)
            .Select(static d => d.ToString());
    }

    /// <summary>The entry point of a snippet.</summary>
    public static MethodInfo Load(string code, string? given = null)
    {
        using var assembly = new MemoryStream();
        var emitted = Compile(code, given).Emit(assembly);
        Assert.That(emitted.Success, string.Join('\n', emitted.Diagnostics));
        return Assembly.Load(assembly.ToArray()).EntryPoint!;
    }

    private static CSharpCompilation Compile(string code, string? given)
    {
        var options = CSharpParseOptions.Default.WithLanguageVersion(LanguageVersion.Latest);
        string[] texts = given is null ? [Flavour.Adapt(code), ImplicitUsings] : [code, ImplicitUsings, Flavour.Adapt(given)];
        return CSharpCompilation.Create(
            $"Snippet{(uint)code.GetHashCode(StringComparison.Ordinal)}",
            texts.Select(text => CSharpSyntaxTree.ParseText(text, options)),
            References.Value,
            Options);
    }
}
