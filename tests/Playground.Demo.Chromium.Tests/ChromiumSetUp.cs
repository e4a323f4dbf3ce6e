using Playground.Demo.Chromium.Tests.Harness;

// Most of a test is waiting for the next frame. What measures times is not parallelizable, so nothing else runs beside it.
[assembly: LevelOfParallelism(2)]

namespace Playground.Demo.Chromium.Tests;

/// <summary>Starts the browser before the first test and ends it after the last.</summary>
[SetUpFixture]
public sealed class ChromiumSetUp
{
    private static TestBrowser? _running;

    internal static TestBrowser Running => _running!;

    [OneTimeSetUp]
    public async Task Start() => _running = await TestBrowser.StartAsync();

    [OneTimeTearDown]
    public async Task End()
    {
        if (_running is not null) await _running.DisposeAsync();
    }
}
