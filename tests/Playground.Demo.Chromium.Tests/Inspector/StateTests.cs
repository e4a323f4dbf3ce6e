using Microsoft.Playwright;
using Playground.Demo.Chromium.Tests.Harness;

namespace Playground.Demo.Chromium.Tests.Inspector;

/// <summary>What the page says when there is nothing to see.</summary>
[TestFixture]
[Parallelizable]
public sealed class StateTests : InspectorFixture
{
    // The browser's own words when a WebSocket finds nobody; a page cannot keep them from the console.
    private const string NobodyThere = "WebSocket connection to .* failed";

    [Test]
    public async Task A_server_without_the_inspector_is_said_to_be_one_and_the_card_stays_when_it_goes()
    {
        InspectorTab tab;
        (float X, float Y) place;

        // The demo's own --no-inspector leaves out the page too.
        await using (var demo = await StartAsync(new DemoOptions { Port = 0, Bots = 5 }, static options => options with { Inspector = null }))
        {
            tab = await VisitAsync(demo);
            tab.Tab.Expect(NobodyThere);
            await tab.IsAsync("Inspector off");
            await Assertions.Expect(tab.Banner).ToContainTextAsync("switched off");
            await Screenshot.TakeAsync(tab.Tab, "inspector-off-desk-light");
            Assert.That(await Axe.FindAsync(tab.Tab), Is.Empty);
            place = await PlaceAsync(tab.Banner);
        }

        await Assertions.Expect(tab.Banner).ToContainTextAsync("Attempt");
        Assert.That(await PlaceAsync(tab.Banner), Is.EqualTo(place));
    }

    [Test]
    public async Task A_server_with_a_token_is_watched_with_it()
    {
        await using var demo = await StartAsync(new DemoOptions { Port = 0, Bots = 5, AuthToken = "open sesame" });
        var tab = await VisitAsync(demo);
        await tab.IsAsync("Token needed");
        Assert.That(await Axe.FindAsync(tab.Tab), Is.Empty);
        await tab.Page.GetByLabel("Token").FillAsync("open sesame");
        await tab.Page.GetByLabel("Token").PressAsync("Enter");
        await tab.IsAsync("Live");
        await Assertions.Expect(tab.Banner).ToBeHiddenAsync();
    }

    [Test]
    public async Task A_server_that_is_gone_is_said_to_be_and_one_that_is_back_is_watched()
    {
        var (tab, options) = await VisitForAWhileAsync();
        await Assertions.Expect(tab.Banner).ToBeVisibleAsync();
        await Assertions.Expect(tab.Page.Locator("#state-countdown")).ToContainTextAsync("Attempt");
        await Screenshot.TakeAsync(tab.Tab, "inspector-gone-desk-light");
        await using var demo = await StartAsync(options);
        await tab.IsAsync("Live");
        await Assertions.Expect(tab.Element("total-connections")).ToHaveTextAsync("1");
    }

    private static async Task<(float X, float Y)> PlaceAsync(ILocator card)
    {
        var box = (await card.BoundingBoxAsync())!;
        return (box.X, box.Y);
    }

    // What stands in the address bar of the tab is the port where the next server may be.
    private async Task<(InspectorTab Tab, DemoOptions Options)> VisitForAWhileAsync()
    {
        await using var demo = await StartAsync(new DemoOptions { Port = 0, Bots = 5 });
        var tab = await VisitAsync(demo);
        tab.Tab.Expect(NobodyThere);
        await tab.IsAsync("Live");
        return (tab, new DemoOptions { Port = demo.EndPoint.Port, Bots = 5 });
    }

    private async Task<InspectorTab> VisitAsync(DemoHost demo) => new(await OpenAsync($"http://{demo.EndPoint}/inspector", Screen.Desk));
}
