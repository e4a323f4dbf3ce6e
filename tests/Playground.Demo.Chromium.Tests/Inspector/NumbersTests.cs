using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Playground.Demo.Chromium.Tests.Harness;

namespace Playground.Demo.Chromium.Tests.Inspector;

/// <summary>The numbers of the page are those of a load that is known to the packet.</summary>
[TestFixture]
[Parallelizable]
public sealed partial class NumbersTests : InspectorFixture
{
    private const int Packets = 120;
    private const int Bytes = 10_000;
    private const ushort Type = 77;

    [Test]
    public async Task What_a_peer_sent_is_counted_for_its_channel_and_type()
    {
        var tab = await WatchAsync();
        await using var peer = await Peer.ConnectAsync(Demo, "load");
        await peer.SubscribeAsync("chat");
        await peer.EchoAsync(Type, Packets, Bytes);

        // Each packet came in and went out again.
        var channel = tab.Channel(peer.Echo);
        await tab.SaysAsync("channels", channel, "Channel", "echo");
        await tab.SaysAsync("channels", channel, "Packets", $"{2 * Packets}");
        await tab.SaysAsync("channels", channel, "Subscribers", "0");
        await channel.GetByRole(AriaRole.Button).ClickAsync();
        var type = tab.Element("channels").Locator("tr.child");
        await Assertions.Expect(type).ToHaveCountAsync(1);
        await tab.SaysAsync("channels", type, "Number", $"{Type}");
        await tab.SaysAsync("channels", type, "Packets", $"{2 * Packets}");
        await tab.SaysAsync("channels", tab.Element("channels").Locator("tr[data-channel]").Filter(new() { HasText = "chat" }), "Subscribers", "1");
    }

    [Test]
    public async Task A_connection_is_there_with_its_name_state_and_subscriptions_until_it_leaves()
    {
        var tab = await WatchAsync();
        await Assertions.Expect(tab.Element("total-connections")).ToHaveTextAsync("1");
        await using (var peer = await Peer.ConnectAsync(Demo, "load"))
        {
            await peer.SubscribeAsync("chat");
            var row = tab.Connection(peer.PeerId);
            await tab.SaysAsync("connections", row, "Client", "load");
            await tab.SaysAsync("connections", row, "State", "Open");
            await tab.SaysAsync("connections", row, "Subs", "1");
            await tab.SaysAsync("connections", row, "Dropped", "0");
            await Assertions.Expect(tab.Element("total-connections")).ToHaveTextAsync("2");
        }

        await Assertions.Expect(tab.Element("total-connections")).ToHaveTextAsync("1");
    }

    [Test]
    public async Task Bytes_are_counted()
    {
        var tab = await WatchAsync();
        await using var peer = await Peer.ConnectAsync(Demo, "load");
        await peer.EchoAsync(Type, Packets, Bytes);

        // 1.146 MiB with their headers; nobody else sends more than acknowledgements and answers to pings.
        await Assertions.Expect(tab.Element("total-bytes-in").Locator("+ .sub")).ToHaveTextAsync(TheirBytes());
    }

    [Test]
    public async Task Rows_are_filtered()
    {
        var tab = await WatchAsync();
        await using var ada = await Peer.ConnectAsync(Demo, "ada");
        await using var grace = await Peer.ConnectAsync(Demo, "grace");
        var rows = tab.Element("connections").Locator("tr[data-peer]");
        await Assertions.Expect(rows).ToHaveCountAsync(3);
        var filter = tab.Element("connections-filter");
        await filter.FillAsync("grace open");
        await Assertions.Expect(rows).ToHaveCountAsync(1);
        await tab.SaysAsync("connections", rows, "Peer", grace.PeerId);
        await filter.FillAsync("nobody");
        await Assertions.Expect(tab.Element("connections")).ToContainTextAsync("Nothing matches “nobody”.");
        await filter.FillAsync("");
        await Assertions.Expect(rows).ToHaveCountAsync(3);
    }

    [Test]
    public async Task Rows_are_sorted_by_the_keyboard()
    {
        var tab = await WatchAsync();
        string[] names = ["arena", "chat", "control", "echo", "inspector", "mcp"];
        var column = tab.Element("channels").Locator("th[scope=row]");
        var head = tab.Head("channels", "Channel");
        await head.FocusAsync();
        await head.PressAsync("Enter");
        await Assertions.Expect(tab.Element("channels").Locator("th[aria-sort=ascending]")).ToHaveTextAsync("Channel");
        await Assertions.Expect(column).ToHaveTextAsync(names);
        await Assertions.Expect(head).ToHaveAccessibleNameAsync("Channel");
        await head.PressAsync("Space");
        await Assertions.Expect(tab.Element("channels").Locator("th[aria-sort=descending]")).ToHaveTextAsync("Channel");
        await Assertions.Expect(column).ToHaveTextAsync([.. names.Reverse()]);
        await Assertions.Expect(head).ToBeFocusedAsync();
        await Assertions.Expect(head).ToHaveAccessibleNameAsync("Channel");
    }

    [GeneratedRegex(@"^1\.1[567]\sMiB in all$")]
    private static partial Regex TheirBytes();
}
