using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Playground.Demo.Chromium.Tests.Harness;

namespace Playground.Demo.Chromium.Tests.Inspector;

/// <summary>The packet log.</summary>
[TestFixture]
[Parallelizable]
public sealed partial class LogTests : InspectorFixture
{
    private const ushort Type = 0x4d3;

    [Test]
    public async Task It_is_off_until_it_is_started_and_then_shows_decoded_headers()
    {
        var tab = await WatchAsync();
        await using var peer = await Peer.ConnectAsync(Demo, "load");
        await Assertions.Expect(tab.Element("log-note")).ToContainTextAsync("Off");
        await tab.LogAsync(Type);
        await SendUntilLoggedAsync(tab, peer);
        await tab.Page.Locator("#log-scroll").FocusAsync();
        await tab.Page.Keyboard.PressAsync("Home");
        var id = peer.Echo.Id.Value;
        await Assertions.Expect(tab.Element("log-hex")).ToHaveTextAsync($"{id & 255:x2} {id >> 8:x2} d3 04 02 00 00 00 05 00 00 00");
        foreach (var words in new[] { "echo", "Normal", "5 B", peer.PeerId }) await Assertions.Expect(tab.Element("log-detail")).ToContainTextAsync(words);
    }

    [Test]
    public async Task While_it_is_paused_packets_wait()
    {
        var tab = await WatchAsync();
        await using var peer = await Peer.ConnectAsync(Demo, "load");
        await tab.LogAsync(Type);
        await SendUntilLoggedAsync(tab, peer);
        await tab.Element("log-pause").ClickAsync();
        var shown = await tab.LogRows.CountAsync();
        await peer.EchoAsync(Type, packets: 2, bytes: 5);
        await Assertions.Expect(tab.Element("log-note")).ToHaveTextAsync(Waiting());
        await Assertions.Expect(tab.LogRows).ToHaveCountAsync(shown);
        await tab.Element("log-pause").ClickAsync();
        await Assertions.Expect(tab.LogRows).ToHaveCountAsync(shown + 4);
        await tab.Element("log-clear").ClickAsync();
        await Assertions.Expect(tab.LogRows).ToHaveCountAsync(0);
    }

    // A packet has two rows, in and out. What is sent before the server has heard of the log is in none.
    private static async Task SendUntilLoggedAsync(InspectorTab tab, Peer peer)
    {
        await Assertions.Expect(tab.LogRows).ToHaveCountAsync(0);
        await tab.Element("log-filters").Locator("[name=type]").FillAsync("");
        await Assertions.Expect(tab.LogRows.First).ToBeVisibleAsync();
        await tab.Element("log-filters").Locator("[name=type]").FillAsync($"0x{Type:x}");
        await peer.EchoAsync(Type, packets: 1, bytes: 5);
        await Assertions.Expect(tab.LogRows).ToHaveCountAsync(2);
    }

    [GeneratedRegex(@"\d+ waiting")]
    private static partial Regex Waiting();
}
