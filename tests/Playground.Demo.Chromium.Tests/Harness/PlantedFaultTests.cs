using Microsoft.Playwright;

namespace Playground.Demo.Chromium.Tests.Harness;

/// <summary>Pages with a fault each, which shows that the tests of the real pages would see it there.</summary>
[TestFixture]
public sealed class PlantedFaultTests
{
    private const string Address = "http://planted.invalid/";

    private IBrowserContext _context = null!;
    private Tab _tab = null!;

    [SetUp]
    public async Task Open()
    {
        _context = await ChromiumSetUp.Running.Browser.NewContextAsync(Screen.Desk.Options);
        _tab = await Tab.OpenAsync(_context);
    }

    [TearDown]
    public Task Close() => _context.CloseAsync();

    [TestCase("<script>console.error('planted')</script>", "console error: planted")]
    [TestCase("<script>console.warn('planted')</script>", "console warning: planted")]
    [TestCase("<script>throw new Error('planted')</script>", "exception: .*planted")]
    [TestCase("<script src='/missing'></script>", "answer 404: .*/missing")]
    [TestCase("<script src='/aborted'></script>", "request failed: .*/aborted")]
    public async Task A_fault_is_noticed(string body, string complaint)
    {
        await ServeAsync(body);
        Assert.That(await _tab.ComplaintsAsync(), Has.Some.Matches(complaint));
    }

    [Test]
    public async Task What_the_test_brings_about_itself_is_let_through()
    {
        _tab.Expect("planted");
        await ServeAsync("<script>console.error('planted'); console.error('another')</script>");
        Assert.That(await _tab.ComplaintsAsync(), Is.EqualTo(new[] { "console error: another" }));
    }

    [Test]
    public async Task A_layout_that_shifts_is_noticed()
    {
        await ServeAsync("<div id='late'></div><p id='moved'>moves</p>");
        await FrameTimes.MeasureAsync(_tab, 2);
        await _tab.Page.EvaluateAsync("() => document.querySelector('#late').append(...Array.from({ length: 20 }, () => document.createElement('hr')))");
        await _tab.Page.WaitForFunctionAsync("() => globalThis.layoutShifts.length > 0");
        Assert.That(await _tab.ComplaintsAsync(), Has.Some.Matches(@"^layout shift 0\.\d+ at \d+ ms: \w+"));
    }

    [Test]
    public async Task A_serious_finding_is_found_under_a_strict_policy()
    {
        await ServeAsync("<main><h1>A heading</h1><p style='color: #eee'>pale</p><button></button></main>", "default-src 'none'; img-src data:; style-src 'unsafe-inline'");
        Assert.That(await Axe.FindAsync(_tab), Has.Some.StartsWith("color-contrast").And.Some.StartsWith("button-name"));
        Assert.That(await _tab.ComplaintsAsync(), Is.Empty);
    }

    [Test]
    public async Task Frames_come_one_after_the_other()
    {
        await ServeAsync("<main>still</main>");
        var frames = await FrameTimes.MeasureAsync(_tab, 30);
        TestContext.Out.WriteLine($"An empty page: {frames}.");
        Assert.That(frames.P95, Is.GreaterThanOrEqualTo(frames.P50));
        Assert.That(frames.FramesPerSecond, Is.GreaterThan(0));
    }

    private async Task ServeAsync(string body, string? policy = null)
    {
        await _context.RouteAsync("**/*", route => route.Request.Url switch
        {
            Address => route.FulfillAsync(new()
            {
                ContentType = "text/html",
                Body = $"<!doctype html><html lang='en'><title>Planted</title><link rel='icon' href='data:,'>{body}</html>",
                Headers = policy is null ? [] : new Dictionary<string, string> { ["Content-Security-Policy"] = policy },
            }),
            Address + "missing" => route.FulfillAsync(new() { Status = 404 }),
            _ => route.AbortAsync(),
        });
        await _tab.Page.GotoAsync(Address);
    }
}
