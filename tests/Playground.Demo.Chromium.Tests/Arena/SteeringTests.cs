using Playground.Demo.Chromium.Tests.Harness;

namespace Playground.Demo.Chromium.Tests.Arena;

/// <summary>The own body goes where its player wants.</summary>
[TestFixture]
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
        await tab.GoToAsync(ArenaTab.Width / 2, ArenaTab.Height / 2);
        var from = await tab.PlaceAsync();
        await tab.Page.Keyboard.DownAsync(key);
        await tab.Page.WaitForFunctionAsync(
            "([fromX, fromY, x, y]) => { const { dataset } = document.querySelector('#world'); return (dataset.x - fromX) * x + (dataset.y - fromY) * y > 30; }",
            new[] { from.X, from.Y, x, y });
        await tab.Page.Keyboard.UpAsync(key);
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
    public async Task Keys_that_are_typed_move_nothing()
    {
        var tab = (await EnterAsync(1))[0];
        var from = await tab.PlaceAsync();
        await tab.SayAsync("was dada");
        await tab.HearsAsync("was dada");
        Assert.That(await tab.PlaceAsync(), Is.EqualTo(from));
    }
}
