using Microsoft.Playwright;

namespace Playground.Demo.Chromium.Tests.Harness;

/// <summary>What a page is looked at on: its size in CSS pixels and the theme that the system asks for.</summary>
internal sealed record Screen(string Name, int Width, int Height, bool IsDark)
{
    public static readonly Screen Desk = new("desk", 1280, 800, IsDark: false);

    public static readonly Screen Phone = new("phone", 390, 844, IsDark: false);

    /// <summary>Two widths, light and dark.</summary>
    public static readonly Screen[] All = [Desk, Desk with { IsDark = true }, Phone, Phone with { IsDark = true }];

    public BrowserNewContextOptions Options => new()
    {
        ViewportSize = new ViewportSize { Width = Width, Height = Height },
        ColorScheme = IsDark ? ColorScheme.Dark : ColorScheme.Light,
        HasTouch = Width < 500,
    };

    public override string ToString() => $"{Name}-{(IsDark ? "dark" : "light")}";
}
