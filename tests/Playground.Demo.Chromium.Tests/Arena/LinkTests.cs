using Microsoft.Playwright;
using Playground.Demo.Chromium.Tests.Harness;

namespace Playground.Demo.Chromium.Tests.Arena;

/// <summary>The page while its link is lost, its server gone, its token asked for.</summary>
[TestFixture]
[Parallelizable]
public sealed class LinkTests : ArenaFixture
{
    // The browser's own words when a WebSocket finds nobody; a page cannot keep them from the console.
    private const string NobodyThere = "WebSocket connection to .* failed";

    [Test]
    public async Task After_the_plug_was_pulled_it_is_the_same_session_and_nothing_said_is_lost()
    {
        var tabs = await EnterAsync(2);
        var body = await tabs[0].DrawsItselfAsync();
        await tabs[0].SayAsync("before");
        await tabs[1].HearsAsync("before");
        await tabs[0].Plug.ClickAsync();
        await tabs[0].IsAsync("Reconnecting");
        await Assertions.Expect(tabs[0].Element("banner")).ToBeVisibleAsync();
        await tabs[0].SayAsync("without a link");
        await Assertions.Expect(tabs[0].Lines.Last).ToHaveAttributeAsync("data-delivery", "waiting");
        await tabs[1].SayAsync("said meanwhile");
        await tabs[0].Plug.ClickAsync();
        await tabs[0].IsAsync("Resumed");
        await tabs[1].HearsAsync("before", "said meanwhile", "without a link");
        await tabs[0].SayAsync("after");
        await tabs[1].HearsAsync("before", "said meanwhile", "without a link", "after");
        Assert.That(await tabs[0].DrawsItselfAsync(), Is.EqualTo(body));
        await tabs[1].SeesAsync(body);
        await Assertions.Expect(tabs[0].Element("banner")).ToBeHiddenAsync();
    }

    [Test]
    public async Task A_server_that_is_gone_is_said_to_be_and_one_that_is_back_is_entered()
    {
        var (tab, options) = await VisitForAWhileAsync();
        await tab.Page.WaitForFunctionAsync("() => ['Reconnecting', 'Unreachable'].includes(document.querySelector('#state').dataset.state)");
        await Assertions.Expect(tab.Element("banner")).ToBeVisibleAsync();
        await Assertions.Expect(tab.Element("link-now")).ToContainTextAsync("Attempt");
        await using var demo = await StartAsync(options);
        await tab.IsAsync("SessionLost");
        await tab.DrawsItselfAsync();
        await Assertions.Expect(tab.Element("banner")).ToBeHiddenAsync();
    }

    [Test]
    public async Task A_server_with_a_token_is_entered_with_it()
    {
        await using var demo = await StartAsync(new DemoOptions { Port = 0, Bots = 3, AuthToken = "open sesame" });
        var tab = await VisitAsync(demo);
        var token = tab.Element("token-input");
        await Assertions.Expect(token).ToBeFocusedAsync();
        Assert.That(await Axe.FindAsync(tab.Tab), Is.Empty);
        await Screenshot.TakeAsync(tab.Tab, "arena-token-desk-light");
        await token.FillAsync("guessed");
        await token.PressAsync("Enter");
        await Assertions.Expect(tab.Element("link-events").Locator("li").Filter(new() { HasText = "token" })).ToHaveCountAsync(2);
        await token.FillAsync("open sesame");
        await token.PressAsync("Enter");
        await tab.IsAsync("Connected");
        await tab.DrawsItselfAsync();
        await tab.Page.ReloadAsync();
        await tab.IsAsync("Connected");
    }

    // What stands in the address bar of the tab is the port where the next server may be.
    private async Task<(ArenaTab Tab, DemoOptions Options)> VisitForAWhileAsync()
    {
        await using var demo = await StartAsync(new DemoOptions { Port = 0, Bots = 3 });
        var tab = await VisitAsync(demo);
        tab.Tab.Expect(NobodyThere);
        await tab.IsAsync("Connected");
        await tab.DrawsItselfAsync();
        return (tab, new DemoOptions { Port = demo.EndPoint.Port, Bots = 3 });
    }

    private async Task<ArenaTab> VisitAsync(DemoHost demo) => new(await OpenAsync($"http://{demo.EndPoint}/", Screen.Desk));
}
