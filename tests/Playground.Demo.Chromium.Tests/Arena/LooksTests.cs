using Microsoft.Playwright;
using Playground.Demo.Chromium.Tests.Harness;

namespace Playground.Demo.Chromium.Tests.Arena;

/// <summary>The page on each screen, with somebody else there and something said; its pictures are kept.</summary>
[TestFixture]
[Parallelizable]
public sealed class LooksTests : ArenaFixture
{
    private const int Loads = 10;

    private static readonly string[] Controls = ["world", "name-input", "chat-input", "plug", "latency", "state"];

    private protected override DemoOptions Options => new() { Bots = 50 };

    [TestCaseSource(typeof(Screen), nameof(Screen.All))]
    public async Task It_is_accessible_and_fits(object on)
    {
        var screen = (Screen)on;
        var tabs = await EnterAsync(2, screen);
        await tabs[0].NameAsync("ada");
        await tabs[1].SayAsync("Who moves the blue one?");
        await tabs[0].SayAsync("That is me.");
        await tabs[0].HearsAsync("Who moves the blue one?", "That is me.");
        await DrawnNames.IsDrawnAsync(tabs[0], "ada");
        await Assertions.Expect(tabs[0].Element("display-p95")).Not.ToHaveTextAsync("– ms");
        await Screenshot.TakeAsync(tabs[0].Tab, $"arena-{screen}");
        await ExpectToFitAsync(tabs[0], screen);
        Assert.That(await Axe.FindAsync(tabs[0].Tab), Is.Empty);
    }

    [Test]
    public async Task No_load_of_it_shows_a_picture_that_is_laid_out_again()
    {
        var tab = (await EnterAsync(1))[0];
        for (var load = 0; load < Loads; load++)
        {
            await tab.Page.ReloadAsync();
            await tab.DrawsItselfAsync();
            Assert.That(await tab.Tab.ComplaintsAsync(), Is.Empty);
        }
    }

    [Test]
    public async Task Light_and_dark_are_what_the_system_asks_for()
    {
        var tab = (await EnterAsync(1))[0];
        var light = await BrightnessAsync(tab);
        await tab.Page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        Assert.That(light - await BrightnessAsync(tab), Is.GreaterThan(0.5));
    }

    private static async Task ExpectToFitAsync(ArenaTab tab, Screen screen)
    {
        foreach (var control in Controls) await Assertions.Expect(tab.Element(control)).ToBeVisibleAsync();
        Assert.That(await tab.Page.EvaluateAsync<int>("() => document.scrollingElement.scrollWidth"), Is.LessThanOrEqualTo(screen.Width));
        await Assertions.Expect(tab.World).ToBeInViewportAsync(new() { Ratio = 1 });
    }

    private static Task<double> BrightnessAsync(ArenaTab tab) => tab.Page.EvaluateAsync<double>(
        "() => getComputedStyle(document.body).backgroundColor.match(/\\d+/g).slice(0, 3).reduce((sum, part) => sum + part / 765, 0)");
}
