using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using Perfolizer.Horology;
using Playground.Ecs.Networking.Benchmarks.Columns;

namespace Playground.Ecs.Networking.Benchmarks.Frames;

/// <summary>
/// The default job with an upper end: 12 combinations of parameters times several benchmarks are run in one go, and beyond 20
/// iterations of a quarter second more of them change the mean less than the next run does.
/// </summary>
internal class FrameConfig : ManualConfig
{
    public FrameConfig()
    {
        AddJob(Job.Default
            .WithArguments(BenchTransports.BuildArguments)
            .WithIterationTime(TimeInterval.FromMilliseconds(250))
            .WithMaxWarmupCount(10)
            .WithMaxIterationCount(20));
        AddDiagnoser(MemoryDiagnoser.Default);
        AddColumn(new NsPerPacketColumn());
        HideColumns("Error", "Gen0", "Gen1", "Gen2");
    }
}
