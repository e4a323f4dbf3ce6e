using System.Text.Json;
using Playground.Ecs.Networking.LoadTest.Compare;

namespace Playground.Ecs.Networking.LoadTest.Tests.Compare;

/// <summary>The whole way with few peers: processes, sockets, marks, files. No figure is judged.</summary>
public sealed class CompareLoadTests
{
    [Test]
    public async Task A_comparison_runs_each_server_and_writes_both_files()
    {
        var folder = Directory.CreateTempSubdirectory();
        var options = LoadOptions.Parse(
            ["--quick", "--mode", "echo", "--servers", "yardstick,ours,kestrel,signalr", "--connections", "5", "--out", folder.FullName]);

        var outcome = await CompareLoad.RunAsync(ComparePlan.Compare(options), options);

        using var report = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(folder.FullName, "compare.json")));
        var markdown = await File.ReadAllTextAsync(Path.Combine(folder.FullName, "compare.md"));
        folder.Delete(recursive: true);
        Assert.That(outcome, Is.Zero, markdown);
        var runs = report.RootElement.GetProperty("runs").EnumerateArray().ToArray();
        Assert.That(runs, Has.Length.EqualTo(4));
        Assert.That(runs.Select(static run => run.GetProperty("clientCounts").GetProperty("messagesIn").GetInt64()), Is.All.Positive, markdown);
        Assert.That(runs.Select(static run => run.GetProperty("serverCounts").GetProperty("messagesIn").GetInt64()), Is.All.Positive, markdown);
        Assert.That(runs.Select(static run => run.GetProperty("clientCounts").GetProperty("ended").GetInt64()), Is.All.Zero, markdown);
        Assert.That(markdown, Does.Contain("| yardstick |").And.Contain("| signalr |").And.Contain("**Echo**"));
    }
}
