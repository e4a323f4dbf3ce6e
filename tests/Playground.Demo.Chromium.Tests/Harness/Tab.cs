using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Playground.Demo.Chromium.Tests.Harness;

/// <summary>A page that remembers what went wrong in it: console errors and warnings, exceptions, failed requests, shifts of its layout.</summary>
internal sealed class Tab
{
    // A shift within half a second of a key or tap is an answer to it; the browser marks those, and they do not count (the definition of CLS).
    private const string WatchLayout =
        """
        globalThis.layoutShifts = [];
        new PerformanceObserver((list) => {
          for (const shift of list.getEntries()) {
            if (shift.hadRecentInput) continue;
            const box = ({ x, y, width, height }) => [x, y, width, height].map(Math.round).join(' ');
            const moved = shift.sources.map(({ node, previousRect, currentRect }) =>
              `${node?.id || node?.className || node?.nodeName} from ${box(previousRect)} to ${box(currentRect)}`);
            globalThis.layoutShifts.push(`${shift.value.toFixed(6)} at ${Math.round(shift.startTime)} ms: ${moved.join(', ')}`);
          }
        }).observe({ type: 'layout-shift', buffered: true });
        """;

    private readonly ConcurrentQueue<string> _complaints = new();
    private readonly List<Regex> _expected = [];

    private Tab(IPage page)
    {
        Page = page;
        page.Console += (_, message) => Complain(message.Type is "error" or "warning" ? $"console {message.Type}: {message.Text}" : null);
        page.PageError += (_, error) => Complain($"exception: {error}");
        page.RequestFailed += (_, request) => Complain($"request failed: {request.Url} ({request.Failure})");
        page.Response += (_, response) => Complain(response.Status >= 400 ? $"answer {response.Status}: {response.Url}" : null);
    }

    public IPage Page { get; }

    /// <summary>Opens an empty page in a context whose pages are all watched.</summary>
    public static async Task<Tab> OpenAsync(IBrowserContext context)
    {
        var tab = new Tab(await context.NewPageAsync());
        await tab.Page.AddInitScriptAsync(WatchLayout);
        return tab;
    }

    /// <summary>Lets through what the test brings about itself.</summary>
    public void Expect(string pattern) => _expected.Add(new Regex(pattern));

    /// <summary>What went wrong so far, the page's layout included.</summary>
    public async Task<IReadOnlyList<string>> ComplaintsAsync()
    {
        var shifts = await Page.EvaluateAsync<string[]>("() => globalThis.layoutShifts");
        return [.. _complaints.Where(one => !_expected.Exists(expected => expected.IsMatch(one))), .. shifts.Select(static shift => $"layout shift {shift}")];
    }

    private void Complain(string? complaint)
    {
        if (complaint is not null) _complaints.Enqueue(complaint);
    }
}
