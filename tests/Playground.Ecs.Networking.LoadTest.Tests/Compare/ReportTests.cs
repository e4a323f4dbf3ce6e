using Playground.Ecs.Networking.LoadTest.Compare;

namespace Playground.Ecs.Networking.LoadTest.Tests.Compare;

public sealed class ReportTests
{
    private static readonly TrafficShape Duplex = new(TrafficMode.Duplex, 500, 10, 64, 60);

    [TestCase(new[] { 3.0, 1.0, 2.0 }, "2.0 (1.0-3.0)")]
    [TestCase(new[] { 4.0, 1.0, 2.0, 3.0 }, "2.5 (1.0-4.0)")]
    [TestCase(new[] { 1.0 }, "1.0")]
    [TestCase(new[] { double.NaN }, "-")]
    public void A_spread_is_the_median_and_the_range(double[] figures, string text) => Assert.That(Spread.Of(figures).ToText("0.0"), Is.EqualTo(text));

    [Test]
    public void The_default_message_is_what_the_bars_were_set_with() => Assert.That(Duplex.BatchBytes + 4, Is.EqualTo(764));

    [TestCase(nameof(TrafficMode.Duplex), 20.0)]
    [TestCase(nameof(TrafficMode.Broadcast), 20.0)]
    [TestCase(nameof(TrafficMode.Inbound), 20.0)]
    [TestCase(nameof(TrafficMode.Idle), 10.0)]
    public void Cpu_is_divided_by_what_arrived(string name, double us)
    {
        var mode = Enum.Parse<TrafficMode>(name);

        // Half of the messages arrived.
        var run = Run("ours", Duplex with { Mode = mode }, cpuMs: 300, messages: 15_000);

        Assert.That(run.ServerUs, Is.EqualTo(us).Within(1e-9));
        Assert.That(run.FramesHeld, Is.EqualTo(1).Within(1e-9));
        Assert.That(run.MessagesHeld, Is.EqualTo(mode == TrafficMode.Idle ? 1 : 0.5).Within(1e-9));
    }

    [Test]
    public void A_ratio_is_beside_the_yardstick_of_the_same_round()
    {
        RunResult[] runs =
        [
            Run("yardstick", Duplex, cpuMs: 300, messages: 30_000), Run("ours", Duplex, cpuMs: 330, messages: 30_000),
            Run("yardstick", Duplex, cpuMs: 600, messages: 30_000, round: 2), Run("ours", Duplex, cpuMs: 720, messages: 30_000, round: 2),
        ];

        var line = new CompareTable(Duplex, runs).ToString().Split('\n').Single(static line => line.StartsWith("| ours", StringComparison.Ordinal));

        Assert.That(line, Does.StartWith("| ours | 17.50 (11.00-24.00) | 1.15 (1.10-1.20) |"));
    }

    [Test]
    public void Strace_is_read_by_its_columns()
    {
        string[] lines =
        [
            "% time     seconds  usecs/call     calls    errors syscall",
            "------ ----------- ----------- --------- --------- ----------------",
            " 60.00    0.060000           6     10000       500 recvfrom",
            " 40.00    0.040000           8      5000           sendto",
            "------ ----------- ----------- --------- --------- ----------------",
            "100.00    0.100000           6     15000       500 total",
        ];

        Assert.That(SyscallCounts.Parse(lines), Is.EquivalentTo(new Dictionary<string, long> { ["recvfrom"] = 10_000, ["sendto"] = 5_000 }));
    }

    private static RunResult Run(string server, TrafficShape shape, double cpuMs, long messages, int round = 1) => new()
    {
        Server = server,
        Shape = shape,
        Round = round,
        ServerCounts = new Snapshot { Seconds = 1, CpuMs = cpuMs, Frames = shape.Rate, MessagesIn = messages },
        ClientCounts = new Snapshot { Seconds = 1, CpuMs = cpuMs, MessagesIn = messages },
    };
}
