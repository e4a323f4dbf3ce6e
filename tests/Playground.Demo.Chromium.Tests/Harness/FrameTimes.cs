namespace Playground.Demo.Chromium.Tests.Harness;

/// <summary>The intervals between a page's animation frames, in milliseconds.</summary>
internal sealed record FrameTimes(double P50, double P95, double FramesPerSecond)
{
    private const string Measure =
        """
        (count) => new Promise((done) => {
          const at = [];
          const step = (now) => {
            at.push(now);
            if (at.length > count) done(at.slice(1).map((time, index) => time - at[index]));
            else requestAnimationFrame(step);
          };
          requestAnimationFrame(step);
        })
        """;

    /// <summary>Looks at the next frames of a page, however long they take.</summary>
    public static async Task<FrameTimes> MeasureAsync(Tab tab, int frames)
    {
        var intervals = await tab.Page.EvaluateAsync<double[]>(Measure, frames);
        Assert.That(intervals, Has.Length.EqualTo(frames).And.All.GreaterThanOrEqualTo(0));
        var sorted = intervals.Order().ToArray();
        return new FrameTimes(sorted[frames / 2], sorted[frames * 95 / 100], 1000 * frames / intervals.Sum());
    }

    public override string ToString() => FormattableString.Invariant($"p50 {P50:F1} ms, p95 {P95:F1} ms, {FramesPerSecond:F1} frames per second");
}
