namespace Playground.Ecs.Networking.LoadTest.Compare;

/// <summary>
/// The comparison: each server in turn under the same traffic, several rounds, so that the machine's moods hit all of them. A line for each run as
/// it ends, then the tables.
/// </summary>
internal static class CompareLoad
{
    public static async Task<int> RunAsync(ComparePlan plan, LoadOptions options)
    {
        var report = new CompareReport(plan);
        foreach (var shape in plan.Shapes) await RunAsync(shape, plan, report);
        report.Write(options.Text("--out", CompareReport.Folder));
        return report.Runs.Count == plan.RunCount ? 0 : 1;
    }

    /// <summary>Everything that a report needs.</summary>
    /// <returns>0 when all runs came about.</returns>
    public static async Task<int> RunAllAsync(LoadOptions options)
    {
        var compared = await RunAsync(ComparePlan.Compare(options), options);
        var capacity = await RunAsync(ComparePlan.Capacity(options), options);
        var curve = await RunAsync(ComparePlan.Curve(options), options);
        return Math.Max(Math.Max(compared, capacity), Math.Max(curve, await SyscallLoad.RunAsync(ComparePlan.Syscalls(options), options)));
    }

    private static async Task RunAsync(TrafficShape shape, ComparePlan plan, CompareReport report)
    {
        for (var round = 1; round <= plan.Runs; round++)
        {
            foreach (var server in plan.Servers)
            {
                try
                {
                    report.Add(await new MeasuredRun(shape, plan.Times).RunAsync(server, round));
                }
                catch (Exception exception) when (exception is InvalidOperationException or TimeoutException)
                {
                    report.AddNote($"{server}, {shape.Mode}, {shape.Connections} connections: {exception.Message}");
                }
            }
        }
    }
}
