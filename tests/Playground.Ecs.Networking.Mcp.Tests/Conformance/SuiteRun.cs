using System.Text.Json;
using Playground.Ecs.Networking.Mcp.Tests.Fixtures;
using Playground.Ecs.Networking.Mcp.Tests.Npm;

namespace Playground.Ecs.Networking.Mcp.Tests.Conformance;

/// <summary>One run of the public conformance suite over the scenarios of a requirement set, against a server with all fixtures.</summary>
internal sealed class SuiteRun
{
    private const string Suite = "node_modules/@modelcontextprotocol/conformance/dist/index.js";

    private readonly Dictionary<string, Check[]> _scenarios = [];

    private SuiteRun(string output) => Output = output;

    /// <summary>What the suite printed.</summary>
    public string Output { get; }

    /// <summary>All checks that passed or failed, in scenarios that count and others.</summary>
    public IEnumerable<Check> Checks => _scenarios.Values.SelectMany(static checks => checks).Where(static check => check.Status is "SUCCESS" or "FAILURE");

    public IReadOnlyList<Check> Scenario(string name) => _scenarios.GetValueOrDefault(name, []);

    public static async Task<SuiteRun> OfAsync(string requirements)
    {
        var clients = await NpmClients.InstalledAsync();
        await using var host = await McpServerHost.StartAsync(new McpOptions { Configure = NativeFixtures.Configure });
        await ContentTools.RegisterAsync(host.System, host.Plugin);
        await Resources.RegisterAsync(host.System);
        var results = Directory.CreateTempSubdirectory("conformance-").FullName;
        try
        {
            var (_, output, errors) = await clients.RunAsync(
                Suite, "server", "--url", host.McpUri.ToString(), "--requirements", requirements, "--output-dir", results);
            var run = new SuiteRun(output + errors);
            foreach (var folder in Directory.GetDirectories(results)) await run.ReadAsync(folder);
            return run;
        }
        finally
        {
            Directory.Delete(results, recursive: true);
        }
    }

    // A folder is named server-SCENARIO-TIME.
    private async Task ReadAsync(string folder)
    {
        const int TimeLength = 25;
        var scenario = Path.GetFileName(folder)["server-".Length..^TimeLength];
        using var json = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(folder, "checks.json")));
        _scenarios[scenario] = [.. json.RootElement.EnumerateArray().Select(static check => new Check(
            check.GetProperty("id").GetString()!,
            check.GetProperty("status").GetString()!,
            check.TryGetProperty("errorMessage", out var message) ? message.GetString() : null))];
    }

    /// <summary>What the suite found.</summary>
    /// <param name="Id">What was checked.</param>
    /// <param name="Status">SUCCESS, FAILURE, WARNING, SKIPPED or INFO.</param>
    /// <param name="Error">What is wrong; null: nothing.</param>
    internal sealed record Check(string Id, string Status, string? Error);
}
