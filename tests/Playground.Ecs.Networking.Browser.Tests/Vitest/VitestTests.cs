using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Playground.Demo;

namespace Playground.Ecs.Networking.Browser.Tests.Vitest;

/// <summary>The tests of the TypeScript client: vitest runs them all in one process, beside a demo, and each file is reported as a test of its own.</summary>
[TestFixture]
public sealed class VitestTests
{
    private static readonly string Report = Path.Combine(TestContext.CurrentContext.TestDirectory, "vitest.json");

    private readonly Dictionary<string, JsonElement> _results = [];
    private string _output = "";

    private static IEnumerable<string> TestFiles => Directory
        .EnumerateFiles(Path.Combine(Folders.Browser, "tests"), "*.test.ts", SearchOption.AllDirectories)
        .Select(NameOf)
        .Order(StringComparer.Ordinal);

    [OneTimeSetUp]
    public async Task RunVitest()
    {
        await Tool.NeedNodeAsync();
        File.Delete(Report);
        var options = new DemoOptions { Port = 0, AllowClientChannels = true };
        await using var demo = (await DemoHost.StartAsync(options, NullLoggerFactory.Instance)).Unwrap();
        demo.Start();
        string[] arguments = [Path.Combine("node_modules", "vitest", "vitest.mjs"), "run", "--reporter=json", $"--outputFile={Report}"];
        (_, _output) = await Tool.RunAsync(Folders.Browser, "node", arguments, ("PLAYGROUND_URL", demo.WebSocketUri.ToString()), ("NO_COLOR", "1"));
        Assert.That(File.Exists(Report), _output);
        using var report = JsonDocument.Parse(await File.ReadAllTextAsync(Report));
        foreach (var file in report.RootElement.GetProperty("testResults").EnumerateArray())
        {
            _results.Add(NameOf(file.GetProperty("name").GetString()!), file.Clone());
        }
    }

    [TestCaseSource(nameof(TestFiles))]
    public void Passes(string file)
    {
        Assert.That(_results.Keys, Does.Contain(file), _output);
        var tests = _results[file].GetProperty("assertionResults").EnumerateArray().ToList();
        Assert.That(tests, Is.Not.Empty, _results[file].GetProperty("message").GetString());
        Assert.That(tests.Where(static test => Text(test, "status") != "passed").Select(Describe), Is.Empty);
        TestContext.Out.WriteLine($"{tests.Count} tests");
    }

    [Test]
    public async Task Tests_are_strict_too()
    {
        var compiler = Path.Combine("node_modules", "typescript", "bin", "tsc");
        var (exitCode, output) = await Tool.RunAsync(Folders.Browser, "node", [compiler, "--pretty", "false", "-p", "tests"]);
        Assert.That(exitCode, Is.Zero, output);
    }

    private static string NameOf(string path) => Path.GetRelativePath(Path.Combine(Folders.Browser, "tests"), Path.GetFullPath(path)).Replace('\\', '/');

    private static string Describe(JsonElement test) =>
        $"{Text(test, "status")}: {Text(test, "fullName")}\n{string.Join('\n', test.GetProperty("failureMessages").EnumerateArray().Select(static m => m.GetString()))}";

    private static string Text(JsonElement element, string property) => element.GetProperty(property).GetString()!;
}
