using System.Reflection;
using System.Text.RegularExpressions;
using Playground.Ecs.Networking.Client;

namespace Playground.House.Tests.Readme;

/// <summary>What the client's README shows is what a reader can run, and what it says is there.</summary>
public sealed class ClientSnippetTests
{
    private const string Folder = "src/Playground.Ecs.Networking.Client";

    private static readonly string[] Lines = File.ReadAllLines(Repository.PathOf($"{Folder}/README.md"));

    public static IReadOnlyList<(int Line, string Code)> All { get; } = [.. ReadmeFile.SnippetsOf(Lines)];

    public static IEnumerable<TestCaseData> Snippets => All.Select(static (snippet, index) =>
        new TestCaseData(snippet.Code, index == 0 ? null : SnippetCompiler.GivenToClients).SetArgDisplayNames($"line_{snippet.Line}"));

    [TestCaseSource(nameof(Snippets))]
    public void Snippet_compiles(string code, string? given) => Assert.That(SnippetCompiler.Check(code, given), Is.Empty);

    [Test]
    public async Task First_snippet_runs_and_prints_what_came_back()
    {
        await using var server = await OracleServer.StartAsync();
        var main = SnippetCompiler.Load(All[0].Code.Replace("ws://localhost:8080/ws", server.Uri.ToString(), StringComparison.Ordinal));
        var printed = await RunAsync(main);
        Assert.That(printed, Is.EquivalentTo(new[] { "type 1: 3 bytes came back", "an answer of 2 bytes" }));
    }

    [Test]
    public async Task Request_response_by_hand_and_by_request_both_get_their_answer()
    {
        await using var server = await OracleServer.StartAsync();
        await using var client = new NetworkClient(new ClientOptions { Uri = server.Uri });
        (await client.ConnectAsync()).Unwrap();
        var code = All.Single(static s => s.Code.Contains("// By hand", StringComparison.Ordinal)).Code;
        var main = SnippetCompiler.Load(code, SnippetCompiler.GivenToClients);
        main.DeclaringType!.Assembly.GetType("Given")!.GetField("client")!.SetValue(null, client);
        Assert.That(await RunAsync(main), Is.EqualTo(new[] { "by hand: six times seven?", "by request: six times seven?" }));
    }

    [Test]
    public void Options_of_its_table_exist_and_linked_files_too()
    {
        var named = Lines.SkipWhile(static line => !line.StartsWith("| option", StringComparison.Ordinal)).Skip(2)
            .TakeWhile(static line => line.StartsWith('|'))
            .SelectMany(static row => Regex.Matches(row.Split('|')[1], "`(\\w+)`").Select(static m => m.Groups[1].Value))
            .ToList();
        Assert.That(named, Has.Count.GreaterThan(10));
        Assert.That(named.Where(static name => typeof(ClientOptions).GetProperty(name) is null), Is.Empty);
        var links = Lines.SelectMany(static line => Regex.Matches(line, @"\]\(([^)#]+)\)").Select(static m => m.Groups[1].Value));
        Assert.That(links.Where(static link => !Path.Exists(Path.Combine(Repository.PathOf(Folder), link))), Is.Empty);
    }

    [Test]
    public void States_of_its_table_are_all_states()
    {
        var named = Lines.SkipWhile(static line => !line.StartsWith("| state", StringComparison.Ordinal)).Skip(2)
            .TakeWhile(static line => line.StartsWith('|'))
            .Select(static row => Regex.Match(row, @"`(\w+)").Groups[1].Value);
        var states = typeof(ClientState).GetNestedTypes().Select(static t => t.Name).Except(["Idle"]);
        Assert.That(named, Is.EquivalentTo(states));
    }

    private static async Task<string[]> RunAsync(MethodInfo main)
    {
        var output = Console.Out;
        var printed = new StringWriter();
        Console.SetOut(TextWriter.Synchronized(printed));
        try
        {
            await Task.Run(() => main.Invoke(null, [Array.Empty<string>()])).WaitAsync(Screen.Deadline);
        }
        finally
        {
            Console.SetOut(output);
        }

        return printed.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }
}
