using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Playground.Demo.Chromium.Tests.Harness;

namespace Playground.Demo.Chromium.Tests.Arena;

/// <summary>The arena in a tab: what a person sees and does there.</summary>
internal sealed partial class ArenaTab(Tab tab)
{
    /// <summary>The arena's size in units.</summary>
    public const double Width = 1_600;

    /// <inheritdoc cref="Width"/>
    public const double Height = 900;

    public Tab Tab => tab;

    public IPage Page => tab.Page;

    public ILocator World => Element("world");

    public ILocator Plug => Element("plug");

    public ILocator Lines => Element("chat-log").Locator(".line");

    public ILocator Element(string testId) => Page.GetByTestId(testId);

    /// <summary>Waits until the link is in a state, by the client's name for it.</summary>
    public Task IsAsync(string state) => Expect(Element("state")).ToHaveAttributeAsync("data-state", state);

    /// <summary>Waits until the own body is drawn.</summary>
    /// <returns>Its number.</returns>
    public async Task<string> DrawsItselfAsync()
    {
        await Expect(World).ToHaveAttributeAsync("data-body", BodyNumber());
        await Expect(World).ToHaveAttributeAsync("data-x", Coordinate());
        return await World.GetAttributeAsync("data-body") ?? "";
    }

    /// <summary>Where the own body was drawn last, in units of the arena.</summary>
    public async Task<(double X, double Y)> PlaceAsync()
    {
        var place = await World.EvaluateAsync<string[]>("(canvas) => [canvas.dataset.x, canvas.dataset.y]");
        return (double.Parse(place[0], CultureInfo.InvariantCulture), double.Parse(place[1], CultureInfo.InvariantCulture));
    }

    /// <summary>Waits until the bodies of other players are these.</summary>
    public Task SeesAsync(params string[] bodies) => Page.WaitForFunctionAsync(
        "(bodies) => document.querySelector('#world').dataset.others?.split(' ').map((other) => other.split(':')[0]).sort().join() === bodies",
        string.Join(',', bodies.Order(StringComparer.Ordinal)));

    /// <summary>Presses on the field, at a point in units, until the own body is there.</summary>
    public async Task GoToAsync(double x, double y)
    {
        var box = (await World.BoundingBoxAsync())!;
        await Page.Mouse.MoveAsync((float)(box.X + (box.Width * x / Width)), (float)(box.Y + (box.Height * y / Height)));
        await Page.Mouse.DownAsync();
        await Page.WaitForFunctionAsync(
            "([x, y]) => { const { dataset } = document.querySelector('#world'); return Math.hypot(dataset.x - x, dataset.y - y) < 12; }",
            new[] { x, y });
        await Page.Mouse.UpAsync();
    }

    /// <summary>Sees to it that the own body can go some way in every direction.</summary>
    public async Task MakeRoomAsync(double units)
    {
        var (x, y) = await PlaceAsync();
        var (roomyX, roomyY) = (Math.Clamp(x, units, Width - units), Math.Clamp(y, units, Height - units));
        if ((roomyX, roomyY) != (x, y)) await GoToAsync(roomyX, roomyY);
    }

    /// <summary>Holds a key until the own body has gone some way in a direction.</summary>
    public async Task SteerAsync(string key, int x, int y)
    {
        var from = await PlaceAsync();
        await Page.Keyboard.DownAsync(key);
        await Page.WaitForFunctionAsync(
            "([fromX, fromY, x, y]) => { const { dataset } = document.querySelector('#world'); return (dataset.x - fromX) * x + (dataset.y - fromY) * y > 30; }",
            new[] { from.X, from.Y, x, y });
        await Page.Keyboard.UpAsync(key);
    }

    /// <summary>Types a name and saves it.</summary>
    public async Task NameAsync(string name)
    {
        await Element("name-input").FillAsync(name);
        await Element("name-input").PressAsync("Enter");
    }

    /// <summary>Types a line of the chat and sends it.</summary>
    public async Task SayAsync(string text)
    {
        await Element("chat-input").FillAsync(text);
        await Element("chat-input").PressAsync("Enter");
    }

    /// <summary>Waits until the lines of the chat are these, each once.</summary>
    public Task HearsAsync(params string[] texts) => Expect(Lines.Locator("span")).ToHaveTextAsync(texts);

    private static ILocatorAssertions Expect(ILocator locator) => Assertions.Expect(locator);

    [GeneratedRegex("^[1-9]")]
    private static partial Regex BodyNumber();

    [GeneratedRegex(@"^\d")]
    private static partial Regex Coordinate();
}
