using Microsoft.Playwright;
using Playground.Demo.Chromium.Tests.Harness;

namespace Playground.Demo.Chromium.Tests.Inspector;

/// <summary>The page on each screen, with peers and packets to see; its pictures are kept.</summary>
[TestFixture]
[Parallelizable]
public sealed class LooksTests : InspectorFixture
{
    private const ushort Type = 7;

    [TestCaseSource(typeof(Screen), nameof(Screen.All))]
    public async Task It_is_accessible_and_fits(object on)
    {
        var screen = (Screen)on;
        var tab = await WatchAsync(screen);
        await using var ada = await Peer.ConnectAsync(Demo, "ada");
        await using var grace = await Peer.ConnectAsync(Demo, "grace");
        foreach (var channel in new[] { "arena", "chat" }) await ada.SubscribeAsync(channel);
        await tab.Element("log-watch").ClickAsync();
        await ada.EchoAsync(Type, packets: 30, bytes: 200);
        await Assertions.Expect(tab.Connection(grace.PeerId)).ToBeVisibleAsync();
        await Assertions.Expect(tab.LogRows.First).ToBeVisibleAsync();
        await Screenshot.TakeAsync(tab.Tab, $"inspector-{screen}");
        Assert.That(await tab.Page.EvaluateAsync<int>("() => document.scrollingElement.scrollWidth"), Is.LessThanOrEqualTo(screen.Width));
        Assert.That(await Axe.FindAsync(tab.Tab), Is.Empty);
    }
}
