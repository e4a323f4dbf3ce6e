using System.Globalization;
using Microsoft.Playwright;
using Playground.Demo.Chromium.Tests.Harness;
using Playground.Ecs.Networking.LoadPeer;

namespace Playground.Demo.Chromium.Tests.Arena;

/// <summary>The page beside 50 bots and as many links as 10 tabs have.</summary>
[TestFixture]
public sealed class LoadTests : ArenaFixture
{
    private const int Links = 10;

    private protected override DemoOptions Options => new() { Bots = 50 };

    [Test]
    public async Task Pictures_and_frames_go_on_beside_ten_other_links()
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        await using var links = await LoadPeerProcess.StartAsync(
            new LoadPeerOptions { Mode = LoadMode.Read, Port = Demo.EndPoint.Port, Channel = "arena", Connections = Links, Hello = true, Seconds = 120 },
            deadline.Token);
        var tab = (await EnterAsync(1))[0];
        await Assertions.Expect(tab.Element("players")).ToHaveTextAsync($"{Links + 1}");
        await Assertions.Expect(tab.Element("bots")).ToHaveTextAsync("50");
        var frames = await FrameTimes.MeasureAsync(tab.Tab, 300);
        var heard = double.Parse((await tab.Element("server-frames").InnerTextAsync()).Trim().Split(' ')[0], CultureInfo.InvariantCulture);
        var missed = (await tab.Element("frames-missed").InnerTextAsync()).Trim();
        var report = await links.StopAsync(deadline.Token);
        TestContext.Out.WriteLine($"requestAnimationFrame beside {Links} links, 50 bots: {frames}; {heard} of the server's frames a second, {missed} missed.");
        Assert.That(heard, Is.GreaterThan(0));
        Assert.That((report.Connections, report.Ended), Is.EqualTo((Links, 0)));
        Assert.That(report.PacketsReceived, Is.GreaterThan(Links * 100));
    }
}
