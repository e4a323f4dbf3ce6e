using System.Text.Json;

namespace Playground.Demo.Chromium.Tests.Harness;

/// <summary>axe-core, run in a page beside its own scripts.</summary>
internal static class Axe
{
    private const string Run =
        """
        async () => (await axe.run({ resultTypes: ['violations'] })).violations
          .map(({ id, impact, nodes }) => ({ id, impact, nodes: nodes.map((node) => `${node.target.join(' ')}: ${node.failureSummary}`) }))
        """;

    private static readonly string[] Counted = ["serious", "critical"];

    private static readonly Lazy<string> Source = new(static () => File.ReadAllText(Path.Combine(Folders.NodeModules, "axe-core", "axe.min.js")));

    /// <summary>What is serious or critical, with the elements concerned; what is less is printed.</summary>
    public static async Task<IReadOnlyList<string>> FindAsync(Tab tab)
    {
        // Evaluated through the debugging protocol, so the page's content security policy stays what it is.
        await tab.Page.EvaluateAsync(Source.Value);
        var findings = await tab.Page.EvaluateAsync<JsonElement>(Run);
        var all = findings.EnumerateArray().Select(static finding => (Impact: finding.GetProperty("impact").GetString()!, Text: Describe(finding))).ToList();
        foreach (var (impact, text) in all.Where(static finding => !Counted.Contains(finding.Impact))) TestContext.Out.WriteLine($"axe, {impact}: {text}");
        return [.. all.Where(static finding => Counted.Contains(finding.Impact)).Select(static finding => finding.Text)];
    }

    private static string Describe(JsonElement finding) =>
        $"{finding.GetProperty("id").GetString()}: {string.Join("; ", finding.GetProperty("nodes").EnumerateArray().Select(static node => node.GetString()))}";
}
