using Playground.Ecs.Networking.Mcp;

namespace Playground.Ecs.Networking.Tests.Mcp;

/// <summary>A frame without calls allocates nothing, however many tools, resources and sessions there are.</summary>
public sealed class SteadyMcpFrameTests
{
    private const int WarmUpFrames = 400;
    private const int MeasuredFrames = 600;

    [Test]
    public async Task Six_hundred_frames_with_tools_and_sessions_allocate_nothing()
    {
        await using var rig = await McpRig.StartAsync();
        Measure(rig);
    }

    private static void Measure(McpRig rig)
    {
        for (var i = 0; i < 50; i++) rig.Offer($"now{i}", static (_, _) => new(ToolOutput.Text("done")));
        for (var i = 0; i < 50; i++) rig.Offer($"inbox{i}");
        rig.Result(rig.System.RegisterMcpResourceAsync(new McpResource("world://x", "x", "x", "x", static (_, _) => default)).AsTask()).Unwrap();
        using var changes = new CatalogChanges(rig);
        var sessions = Enumerable.Range(0, 100).Select(i => rig.Open($"client {i}")).ToList();
        foreach (var session in sessions) rig.CallNow("now7", session: session);
        var allocated = 0L;
        for (var frame = 0; frame < WarmUpFrames + MeasuredFrames; frame++)
        {
            rig.Harness.Time.Advance(TimeSpan.FromSeconds(1.0 / 60));
            var before = GC.GetAllocatedBytesForCurrentThread();
            rig.System.BeforeUpdate(0);
            rig.System.Update(0);
            rig.System.AfterUpdate(0);
            if (frame >= WarmUpFrames) allocated += GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Assert.That(allocated, Is.Zero, $"bytes over {MeasuredFrames} frames");
        Assert.That(rig.Counters.Sessions, Is.EqualTo(100));
    }
}
