using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Playground.Demo.Chromium.Tests.Harness;
using Playground.Ecs.Networking.Client;

namespace Playground.Demo.Chromium.Tests.Inspector;

/// <summary>The inspector in a tab: what a person sees and does there.</summary>
internal sealed class InspectorTab(Tab tab)
{
    public Tab Tab => tab;

    public IPage Page => tab.Page;

    public ILocator Banner => Element("state-banner");

    public ILocator LogRows => Element("log-table").Locator("tbody tr[data-serial]:visible");

    public ILocator Element(string testId) => Page.GetByTestId(testId);

    public ILocator Channel(ClientChannel channel) => Element("channels").Locator($"tr[data-channel='{channel.Id.Value}']");

    public ILocator Connection(string peer) => Element("connections").Locator($"tr[data-peer='{peer}']");

    public ILocator Head(string table, string column) => Element(table).Locator("thead button").Filter(new() { HasTextRegex = new Regex($"^{column}$") });

    /// <summary>Waits until the page's own link says this.</summary>
    public Task IsAsync(string words) => Assertions.Expect(Element("link-state")).ToHaveTextAsync(words);

    /// <summary>Waits until a row says this under a column.</summary>
    public async Task SaysAsync(string table, ILocator row, string column, string text)
    {
        var titles = await Element(table).Locator("thead th").AllTextContentsAsync();
        var place = titles.ToList().IndexOf(column);
        Assert.That(place, Is.Not.Negative, string.Join(", ", titles));
        await Assertions.Expect(row.Locator("th, td").Nth(place)).ToHaveTextAsync(text);
    }

    /// <summary>Starts the log, and shows packets of this type alone.</summary>
    public async Task LogAsync(ushort type)
    {
        await Element("log-filters").Locator("[name=type]").FillAsync($"0x{type:x}");
        await Element("log-watch").ClickAsync();
        await Assertions.Expect(Element("log-watch")).ToHaveTextAsync("Stop");
    }
}
