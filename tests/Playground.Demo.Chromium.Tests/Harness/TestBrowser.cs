using Microsoft.Playwright;
using Playground.Ecs.Networking.Browser;

namespace Playground.Demo.Chromium.Tests.Harness;

/// <summary>The browser of all tests: the machine's own, never one that a test downloads.</summary>
internal sealed class TestBrowser : IAsyncDisposable
{
    /// <summary>How long a test waits for what should be soon: a busy machine takes its time; a page that works does not need it. Milliseconds.</summary>
    public const float PatienceMs = 30_000;

    private const string Override = "PLAYGROUND_CHROMIUM";

    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome"];

    // Every tab draws as if it were the one in front, and a machine without a graphics card draws too.
    private static readonly string[] Arguments =
    [
        "--disable-background-timer-throttling", "--disable-backgrounding-occluded-windows", "--disable-renderer-backgrounding",
        "--disable-dev-shm-usage", "--enable-unsafe-swiftshader",
    ];

    private readonly IPlaywright _playwright;

    private TestBrowser(IPlaywright playwright, IBrowser browser) => (_playwright, Browser) = (playwright, browser);

    public IBrowser Browser { get; }

    /// <summary>Starts it; at home the tests are left out where a tool is missing, in CI they fail.</summary>
    public static async Task<TestBrowser> StartAsync()
    {
        var program = Find();
        if (program is null) Lack($"Install Chromium (Debian: apt install chromium), or name one in {Override}: the pages are tested in it.");
        if (!AreThePagesBuilt) Lack("Install Node.js 20 or later with npm, and build again: the pages are built with it.");
        Assertions.SetDefaultExpectTimeout(PatienceMs);
        var playwright = await Playwright.CreateAsync();
        var browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = program, Args = Arguments });
        return new TestBrowser(playwright, browser);
    }

    public async ValueTask DisposeAsync()
    {
        await Browser.CloseAsync();
        _playwright.Dispose();
    }

    private static bool AreThePagesBuilt => typeof(PageEndpoints).Assembly.GetManifestResourceNames().Contains("www/client.js");

    private static string? Find()
    {
        if (Environment.GetEnvironmentVariable(Override) is { Length: > 0 } named) return named;
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return Names.SelectMany(name => folders.Select(folder => Path.Combine(folder, name))).FirstOrDefault(File.Exists);
    }

    private static void Lack(string sentence)
    {
        if (Environment.GetEnvironmentVariable("CI") == "true") Assert.Fail(sentence);
        Assert.Ignore(sentence);
    }
}
