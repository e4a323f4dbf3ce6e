using System.Net;

namespace Playground.Ecs.Networking.Mcp.Tests.Sessions;

/// <summary>Sessions of models through the endpoint: what they leave behind, and what happens when no channel is left.</summary>
public sealed class LlmSessionTests
{
    private const int All = 1_000;
    private const int AtOnce = 8;
    private const long HeapBytesMax = 1024 * 1024;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Test]
    public async Task Sessions_ended_by_DELETE_leave_nothing()
    {
        await using var host = new SteppedHost();
        using var http = new HttpClient();
        await RunAsync(All / 4);
        var before = HeapBytes();
        await RunAsync(All);
        Assert.That(await GrownBytesAsync(host, before), Is.LessThan(HeapBytesMax));

        async Task RunAsync(int count)
        {
            await ForEachAsync(count, async _ =>
            {
                var model = new RawModel(http, host.McpUri);
                Assert.That(await model.OpenAsync(), Is.EqualTo(HttpStatusCode.OK));
                Assert.That((int)await model.DeleteAsync(), Is.InRange(200, 299));
            });
            Assert.That(await host.WaitForModelsAsync(0), Is.EqualTo((0, 0)));
        }
    }

    [Test]
    public async Task Abandoned_sessions_end_when_they_are_idle_and_leave_nothing()
    {
        var options = new McpOptions();
        await using var host = new SteppedHost(options);
        using var http = new HttpClient();

        // Pools and tables grow to what a thousand at once need, over some rounds, and then no more.
        for (var round = 0; round < 3; round++) await RunAsync(All);
        var before = HeapBytes();
        await RunAsync(All);
        Assert.That(await GrownBytesAsync(host, before), Is.LessThan(HeapBytesMax));

        async Task RunAsync(int count)
        {
            var models = await OpenAsync(http, host, count);
            Assert.That(await host.WaitForModelsAsync(count), Is.EqualTo((count, count)));
            host.Time.Advance(options.IdleTimeout + TimeSpan.FromSeconds(5));
            Assert.That(await host.WaitForModelsAsync(0), Is.EqualTo((0, 0)));
            Assert.That(await models[0].CallAsync(), Is.EqualTo(HttpStatusCode.NotFound), "The session is known no more.");
        }
    }

    [Test]
    public async Task Without_a_free_channel_the_next_model_gets_503_until_one_is_free()
    {
        await using var host = new SteppedHost();
        using var http = new HttpClient();
        var models = await OpenAsync(http, host, All);
        Assert.That(await host.WaitForModelsAsync(All), Is.EqualTo((All, All)));

        var late = new RawModel(http, host.McpUri);
        Assert.That(await late.OpenAsync(), Is.EqualTo(HttpStatusCode.ServiceUnavailable));
        Assert.That(await models[^1].CallAsync(), Is.EqualTo(HttpStatusCode.OK), "Whoever has a channel goes on.");

        Assert.That((int)await models[0].DeleteAsync(), Is.InRange(200, 299));
        Assert.That(await host.WaitForModelsAsync(All - 1), Is.EqualTo((All - 1, All - 1)));
        Assert.That(await new RawModel(http, host.McpUri).OpenAsync(), Is.EqualTo(HttpStatusCode.OK));
        Assert.That(await host.CountModelsAsync(), Is.EqualTo((All, All)));
    }

    private static async Task<RawModel[]> OpenAsync(HttpClient http, SteppedHost host, int count)
    {
        var models = new RawModel[count];
        await ForEachAsync(count, async i =>
        {
            models[i] = new RawModel(http, host.McpUri);
            Assert.That(await models[i].OpenAsync(), Is.EqualTo(HttpStatusCode.OK));
        });
        return models;
    }

    private static Task ForEachAsync(int count, Func<int, Task> act) =>
        Parallel.ForEachAsync(Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (i, _) => await act(i));

    // The SDK lets go of a session after it has ended, on threads of the pool: on a machine that is busy that takes a while.
    private static async Task<long> GrownBytesAsync(SteppedHost host, long before)
    {
        using var deadline = new CancellationTokenSource(Patience);
        var grown = HeapBytes() - before;
        while (grown >= HeapBytesMax && !deadline.IsCancellationRequested)
        {
            await host.CountModelsAsync();
            grown = HeapBytes() - before;
        }

        return grown;
    }

    // Finalizers of what a round used may hold more.
    private static long HeapBytes()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        return GC.GetTotalMemory(forceFullCollection: true);
    }
}
