using Microsoft.Playwright;
using Playground.Demo.Chromium.Tests.Harness;

namespace Playground.Demo.Chromium.Tests.Arena;

/// <summary>Tests of the page at "/".</summary>
public abstract class ArenaFixture : PageFixture
{
    /// <summary>Tabs with the arena in each, connected; each in a window of its own, because a window draws only the tab in front.</summary>
    private protected async Task<ArenaTab[]> EnterAsync(int tabs, Screen? screen = null)
    {
        var entered = new ArenaTab[tabs];
        for (var i = 0; i < tabs; i++) entered[i] = await EnterAsync(await NewContextAsync(screen ?? Screen.Desk));
        return entered;
    }

    private protected async Task<ArenaTab> EnterAsync(IBrowserContext context)
    {
        var tab = await OpenArenaAsync(context);
        await tab.IsAsync("Connected");
        await tab.DrawsItselfAsync();
        return tab;
    }

    /// <summary>The arena, whatever it shows.</summary>
    private protected async Task<ArenaTab> OpenArenaAsync(IBrowserContext context)
    {
        await context.AddInitScriptAsync(DrawnNames.Script);
        return new ArenaTab(await OpenAsync("/", context));
    }
}
