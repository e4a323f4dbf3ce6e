using Playground.Demo.Chromium.Tests.Harness;

namespace Playground.Demo.Chromium.Tests.Inspector;

/// <summary>Tests of the page at "/inspector".</summary>
public abstract class InspectorFixture : PageFixture
{
    private protected override DemoOptions Options => new() { Bots = 5 };

    /// <summary>The inspector, whatever it shows.</summary>
    private protected async Task<InspectorTab> OpenAsync(Screen? screen = null) => new(await OpenAsync("/inspector", screen ?? Screen.Desk));

    /// <summary>The inspector with numbers in it.</summary>
    private protected async Task<InspectorTab> WatchAsync(Screen? screen = null)
    {
        var tab = await OpenAsync(screen);
        await tab.IsAsync("Live");
        return tab;
    }
}
