using System.Text.Json;
using System.Text.RegularExpressions;

namespace Playground.Ecs.Networking.Browser.Tests.Vitest;

/// <summary>What the TypeScript client promises about its source.</summary>
[TestFixture]
public sealed partial class SourceTests
{
    private const int LinesMax = 450;

    private static IEnumerable<string> Sources => new[] { "client", "pages", "tests" }
        .Select(static folder => Path.Combine(Folders.Browser, folder))
        .Where(Directory.Exists)
        .SelectMany(static folder => Directory.EnumerateFiles(folder, "*.ts", SearchOption.AllDirectories));

    [Test]
    public void Nothing_has_the_type_any() => Assert.That(Sources.SelectMany(static file => Finds(file, Any())), Is.Empty);

    [Test]
    public void Nothing_tells_the_compiler_to_look_away() => Assert.That(Sources.SelectMany(static file => Finds(file, LookAway())), Is.Empty);

    [Test]
    public void Files_fit_in_the_head() =>
        Assert.That(Sources.Where(static file => File.ReadLines(file).Count() > LinesMax), Is.Empty);

    [TestCase("protocol")]
    [TestCase("sessions")]
    public void The_session_knows_no_socket_clock_or_timer(string room)
    {
        var files = Directory.GetFiles(Path.Combine(Folders.Browser, "client", room), "*.ts");
        Assert.That(files, Is.Not.Empty);
        Assert.That(files.SelectMany(static file => Finds(file, Surroundings())), Is.Empty);
    }

    [Test]
    public void MessagePack_is_the_only_dependency_at_run_time()
    {
        using var package = JsonDocument.Parse(File.ReadAllText(Path.Combine(Folders.Browser, "package.json")));
        Assert.That(package.RootElement.GetProperty("dependencies").EnumerateObject().Select(static d => d.Name), Is.EqualTo(new[] { "@msgpack/msgpack" }));
        var versions = new[] { "dependencies", "devDependencies" }
            .SelectMany(kind => package.RootElement.GetProperty(kind).EnumerateObject())
            .Select(static d => d.Value.GetString());
        Assert.That(versions, Has.All.Matches(@"^\d+\.\d+\.\d+$"));
    }

    [Test]
    public void The_lock_file_names_no_registry() =>
        Assert.That(File.ReadAllText(Path.Combine(Folders.Browser, "package-lock.json")), Does.Not.Contain("\"resolved\""));

    private static IEnumerable<string> Finds(string file, Regex words) =>
        words.Matches(File.ReadAllText(file)).Select(match => $"{Path.GetRelativePath(Folders.Browser, file)}: {match.Value}");

    [GeneratedRegex(@"[:<,|(&=]\s*any\b|\bas any\b|\bany\[\]")]
    private static partial Regex Any();

    [GeneratedRegex("@ts-ignore|@ts-expect-error|@ts-nocheck|eslint-disable")]
    private static partial Regex LookAway();

    // As code: the words of a comment do not stand before a dot or a parenthesis.
    [GeneratedRegex(@"\b(new WebSocket|setTimeout|setInterval|queueMicrotask|requestAnimationFrame|performance\.|Date\.|new Date|Math\.random|Promise\b|async )")]
    private static partial Regex Surroundings();
}
