namespace Playground.Demo.Chromium.Tests.Harness;

/// <summary>Pictures of pages, kept in artifacts/screenshots and with the test's result.</summary>
internal static class Screenshot
{
    public static async Task TakeAsync(Tab tab, string name)
    {
        var path = Path.Combine(Folders.Screenshots, $"{name}.png");
        await tab.Page.EvaluateAsync("() => scrollTo(0, 0)");
        await tab.Page.ScreenshotAsync(new() { Path = path, FullPage = true });
        TestContext.AddTestAttachment(path);
    }
}
