using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Playwright;
using NUnit.Framework.Interfaces;
using Playground.Ecs.Networking;

namespace Playground.Demo.Chromium.Tests.Harness;

/// <summary>A demo on a free port and tabs for each test, and after it the question whether anything went wrong in them.</summary>
public abstract class PageFixture
{
    private readonly List<IBrowserContext> _contexts = [];
    private readonly List<Tab> _tabs = [];

    /// <summary>The demo's command line, but for its port.</summary>
    private protected virtual DemoOptions Options => new() { Bots = 20 };

    private protected DemoHost Demo { get; private set; } = null!;

    private protected Uri Home => new($"http://{Demo.EndPoint}/");

    [SetUp]
    public async Task StartDemo() => Demo = await StartAsync(Options with { Port = 0 });

    [TearDown]
    public async Task NothingWentWrong()
    {
        try
        {
            if (TestContext.CurrentContext.Result.Outcome.Status == TestStatus.Failed) await KeepScreenshotsAsync();
            var complaints = new List<string>();
            foreach (var tab in _tabs) complaints.AddRange(await tab.ComplaintsAsync());
            Assert.That(complaints, Is.Empty);
        }
        finally
        {
            foreach (var context in _contexts) await context.CloseAsync();
            _contexts.Clear();
            _tabs.Clear();
            await Demo.DisposeAsync();
        }
    }

    private protected static async Task<DemoHost> StartAsync(DemoOptions options, Func<NetworkingOptions, NetworkingOptions>? adapt = null)
    {
        var demo = (await DemoHost.StartAsync(options, NullLoggerFactory.Instance, adapt)).Unwrap();
        demo.Start();
        return demo;
    }

    /// <summary>A browser of its own, as another person's: nothing stored, nothing shared.</summary>
    private protected async Task<IBrowserContext> NewContextAsync(Screen screen)
    {
        var context = await ChromiumSetUp.Running.Browser.NewContextAsync(screen.Options);
        context.SetDefaultTimeout(TestBrowser.PatienceMs);
        _contexts.Add(context);
        return context;
    }

    /// <summary>A tab with one of the demo's pages in it.</summary>
    private protected async Task<Tab> OpenAsync(string path, Screen screen) => await OpenAsync(path, await NewContextAsync(screen));

    /// <inheritdoc cref="OpenAsync(string, Screen)"/>
    private protected async Task<Tab> OpenAsync(string path, IBrowserContext context)
    {
        var tab = await Tab.OpenAsync(context);
        _tabs.Add(tab);
        await tab.Page.GotoAsync(new Uri(Home, path).AbsoluteUri);
        return tab;
    }

    private async Task KeepScreenshotsAsync()
    {
        foreach (var (index, tab) in _tabs.Index()) await Screenshot.TakeAsync(tab, $"failed-{TestContext.CurrentContext.Test.MethodName}-{index}");
    }
}
