namespace Playground.House.Tests.Readme;

/// <summary>What the README shows is what a reader can run.</summary>
public sealed class SnippetTests
{
    private const int FirstScreen = 25;

    public static IEnumerable<TestCaseData> Snippets => ReadmeFile.Snippets.Select(static (snippet, index) =>
        new TestCaseData(snippet.Code, index == 0 ? null : SnippetCompiler.GivenToGames).SetArgDisplayNames($"line_{snippet.Line}"));

    [Test]
    public void Code_is_on_the_first_screen() => Assert.That(ReadmeFile.Snippets[0].Line, Is.LessThan(FirstScreen));

    [Test]
    public void Both_commands_are_on_the_first_screen() => Assert.That(
        ReadmeFile.Lines.Take(FirstScreen),
        Has.Some.EqualTo("dotnet run --project src/Playground.Demo").And.Some.EqualTo("dotnet test"));

    [TestCaseSource(nameof(Snippets))]
    public void Snippet_compiles(string code, string? given) => Assert.That(SnippetCompiler.Check(code, given), Is.Empty);

    [Test]
    public async Task First_snippet_runs_and_answers()
    {
        using var screen = new Screen();
        var main = SnippetCompiler.Load(ReadmeFile.Snippets[0].Code.Replace("Port = 8080", "Port = 0", StringComparison.Ordinal));
        var game = Task.Run(() => main.Invoke(null, [Array.Empty<string>()]));
        try
        {
            var first = await Task.WhenAny(screen.FirstLine, game).WaitAsync(Screen.Deadline);
            if (first == game) await game;
            Assert.That(await RollCallClient.CountPeersAsync(new Uri((await screen.FirstLine).Split(' ')[0])), Is.EqualTo(1));
        }
        finally
        {
            screen.PressEnter();
        }

        await game.WaitAsync(Screen.Deadline);
    }
}
