using System.Net;
using System.Text.RegularExpressions;

namespace Playground.Ecs.Networking.Browser.Tests.Building;

/// <summary>The demo built three times beside the ordinary build: without Node.js, with it, and with nothing changed.</summary>
[TestFixture]
public sealed partial class BuildTests
{
    private const string Missing = "The pages for browsers are not built, and the server runs without them: install Node.js 20 or later with npm, and build again.";
    private const string Built = "The pages for browsers: ";

    private static readonly string Artifacts = Path.Combine(TestContext.CurrentContext.TestDirectory, "three-builds");
    private static readonly string EmptyPath = Path.Combine(Artifacts, "empty");

    private string _withoutNode = "";
    private string _withNode = "";
    private string _unchanged = "";
    private string _home = "";
    private string _health = "";
    private HttpStatusCode _client;
    private (DateTime Before, DateTime After) _stamps;

    [OneTimeSetUp]
    public async Task BuildThreeTimes()
    {
        if (Directory.Exists(Artifacts)) Directory.Delete(Artifacts, recursive: true);
        Directory.CreateDirectory(EmptyPath);

        // What MSBuild starts commands with.
        if (!OperatingSystem.IsWindows()) File.CreateSymbolicLink(Path.Combine(EmptyPath, "sh"), "/bin/sh");
        _withoutNode = await BuildAsync(("PATH", EmptyPath));
        await VisitServerAsync();
        _withNode = await BuildAsync();
        var stamp = Path.Combine(Artifacts, "web", "assets.txt");
        _stamps.Before = File.GetLastWriteTimeUtc(stamp);
        _unchanged = await BuildAsync();
        _stamps.After = File.GetLastWriteTimeUtc(stamp);
    }

    [Test]
    public void Without_Node_the_build_says_in_one_line_what_to_install()
    {
        Assert.That(Lines(_withoutNode, "Node"), Has.Exactly(1).Items.And.One.Contains(Missing));
        Assert.That(_withoutNode, Does.Contain("0 Warning(s)").And.Contain("0 Error(s)").And.Not.Contain(Built));
    }

    [Test]
    public void Without_Node_the_server_runs_without_pages()
    {
        Assert.That(_home, Does.Contain("<h1>Playground arena</h1>"));
        Assert.That(_health, Does.Contain("\"status\":\"ok\""));
        Assert.That(_client, Is.EqualTo(HttpStatusCode.NotFound));
    }

    [Test]
    public async Task With_Node_the_pages_are_built_once_and_then_not_again()
    {
        await Tool.NeedNodeAsync();
        Assert.That(Lines(_withNode, Built), Has.Exactly(1).Items, _withNode);
        Assert.That(File.Exists(Path.Combine(Artifacts, "web", "client", "index.d.ts")));
        Assert.That(Lines(_unchanged, Built), Is.Empty);
        Assert.That(_stamps.After, Is.EqualTo(_stamps.Before));
    }

    private async Task VisitServerAsync()
    {
        var program = Path.Combine(Artifacts, "bin", "Playground.Demo", "debug", "Playground.Demo.dll");
        using var demo = Tool.Start(Folders.Root, "dotnet", [program, "--port", "0"], ("PATH", EmptyPath));
        try
        {
            using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(2));
            using var http = new HttpClient { BaseAddress = await ReadAddressAsync(demo.StandardOutput, deadline.Token) };
            _home = await http.GetStringAsync(new Uri("/", UriKind.Relative), deadline.Token);
            _health = await http.GetStringAsync(new Uri("/healthz", UriKind.Relative), deadline.Token);
            using var client = await http.GetAsync(new Uri("/client.js", UriKind.Relative), deadline.Token);
            _client = client.StatusCode;
        }
        finally
        {
            demo.Kill();
        }
    }

    private static async Task<string> BuildAsync(params (string Name, string Value)[] environment)
    {
        string[] arguments =
        [
            "build", Path.Combine(Folders.Root, "src", "Playground.Demo"), "--artifacts-path", Artifacts, "--verbosity", "minimal", "-nodeReuse:false",
            "-p:UseSharedCompilation=false", "-p:RestoreLockedMode=false",
        ];
        var (exitCode, output) = await Tool.RunAsync(Folders.Root, "dotnet", arguments, environment);
        Assert.That(exitCode, Is.Zero, output);
        return output;
    }

    private static string[] Lines(string output, string with) =>
        [.. output.Split('\n').Where(line => line.Contains(with, StringComparison.Ordinal))];

    private static async Task<Uri> ReadAddressAsync(StreamReader output, CancellationToken cancellationToken)
    {
        while (await output.ReadLineAsync(cancellationToken) is { } line)
        {
            if (Address().Match(line) is { Success: true } match) return new Uri(match.Value);
        }

        throw new InvalidOperationException("The demo ended without an address.");
    }

    [GeneratedRegex("http://[^ /]+")]
    private static partial Regex Address();
}
