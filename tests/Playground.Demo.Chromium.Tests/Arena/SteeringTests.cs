using Microsoft.Playwright;
using Playground.Demo.Chromium.Tests.Harness;

namespace Playground.Demo.Chromium.Tests.Arena;

/// <summary>The own body goes where its player wants.</summary>
[TestFixture]
[Parallelizable]
public sealed class SteeringTests : ArenaFixture
{
    private protected override DemoOptions Options => new() { Bots = 3 };

    [TestCase("KeyD", 1, 0)]
    [TestCase("ArrowLeft", -1, 0)]
    [TestCase("KeyW", 0, -1)]
    [TestCase("ArrowDown", 0, 1)]
    public async Task A_key_moves_it(string key, int x, int y)
    {
        var tab = (await EnterAsync(1))[0];
        await tab.MakeRoomAsync(120);
        var from = await tab.PlaceAsync();
        await tab.SteerAsync(key, x, y);
        var to = await tab.PlaceAsync();
        Assert.That(x == 0 ? to.X - from.X : to.Y - from.Y, Is.EqualTo(0).Within(12));
    }

    [TestCase("desk")]
    [TestCase("phone")]
    public async Task It_goes_to_where_the_field_is_pressed(string screen)
    {
        var tab = (await EnterAsync(1, screen == "desk" ? Screen.Desk : Screen.Phone))[0];
        var (x, y) = await tab.PlaceAsync();
        await tab.GoToAsync(x < ArenaTab.Width / 2 ? x + 150 : x - 150, y < ArenaTab.Height / 2 ? y + 100 : y - 100);
    }

    [Test]
    public async Task When_a_name_is_saved_the_keys_are_the_bodys_again()
    {
        var tab = (await EnterAsync(1))[0];
        await tab.MakeRoomAsync(120);
        await tab.NameAsync("ada");
        await Assertions.Expect(tab.World).ToBeFocusedAsync();
        await Assertions.Expect(tab.Page.GetByRole(AriaRole.Status).Filter(new() { HasText = "Saved: you are ada." })).ToHaveCountAsync(1);
        await tab.SteerAsync("ArrowRight", 1, 0);
        await Assertions.Expect(tab.Element("name-input")).ToHaveValueAsync("ada");
    }

    [Test]
    public async Task Keys_that_are_typed_move_nothing()
    {
        var tab = (await EnterAsync(1))[0];
        var from = await tab.PlaceAsync();
        await tab.SayAsync("was dada");
        await tab.HearsAsync("was dada");
        Assert.That(await tab.PlaceAsync(), Is.EqualTo(from));
    }
}
