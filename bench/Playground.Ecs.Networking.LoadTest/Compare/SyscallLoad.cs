using System.Text.Json;

namespace Playground.Ecs.Networking.LoadTest.Compare;

/// <summary>Counts the system calls of each server of a plan, one run each.</summary>
internal static class SyscallLoad
{
    public static async Task<int> RunAsync(ComparePlan plan, LoadOptions options)
    {
        var report = new CompareReport(plan);
        foreach (var shape in plan.Shapes)
        {
            foreach (var server in plan.Servers) await CountAsync(server, shape, plan, report);
        }

        report.Write(options.Text("--out", CompareReport.Folder));
        return report.Syscalls.Count == plan.RunCount ? 0 : 1;
    }

    private static async Task CountAsync(string server, TrafficShape shape, ComparePlan plan, CompareReport report)
    {
        try
        {
            report.Add(await new SyscallRun(shape, plan.Times).RunAsync(server));
        }
        catch (Exception exception) when (exception is InvalidOperationException or TimeoutException or JsonException)
        {
            report.AddNote($"{server}, {shape.Mode}, {shape.Connections} connections: {exception.Message}");
        }
    }
}
