using System.Diagnostics;
using System.Text.Json;

namespace Playground.Ecs.Networking.Tests.Frame;

[TestFixture]
public sealed class AllocationTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(90);

    [TestCase("reliable")]
    [TestCase("sessions")]
    [TestCase("plain")]
    public async Task Six_hundred_frames_of_echo_to_a_hundred_connections_allocate_nothing_on_any_thread(string clients)
    {
        var result = await RunProbeAsync(clients);
        Assert.That(result.AllocatedByLoop, Is.Zero, "bytes of the loop's thread");
        Assert.That(result.Allocated, Is.Zero, "bytes of all threads");
        Assert.That(result.Echoed, Is.GreaterThan(AllocationProbe.EchoedMin), "packets echoed meanwhile");
        Assert.That((result.Report.Ended, result.Report.PacketsReceived), Is.EqualTo((0, result.Report.PacketsSent)));
    }

    private static async Task<AllocationResult> RunProbeAsync(string clients)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        using var process = Process.Start(new ProcessStartInfo(
            Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
            ["exec", typeof(AllocationProbe).Assembly.Location, clients])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,

            // The thread that compiles hot methods again is the runtime's own, and costs 56 bytes when it gets round to it.
            Environment = { ["DOTNET_TieredCompilation"] = "0" },
        })!;
        try
        {
            var errors = process.StandardError.ReadToEndAsync(deadline.Token);
            var output = await process.StandardOutput.ReadToEndAsync(deadline.Token);
            await process.WaitForExitAsync(deadline.Token);
            Assert.That(process.ExitCode, Is.Zero, await errors);
            return JsonSerializer.Deserialize<AllocationResult>(output)!;
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }
}
