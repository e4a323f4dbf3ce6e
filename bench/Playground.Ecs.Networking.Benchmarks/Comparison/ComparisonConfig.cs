using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using Perfolizer.Horology;

namespace Playground.Ecs.Networking.Benchmarks.Comparison;

/// <summary>
/// Builds the same source against both ECSs and runs them in turn, in one table: Arch is what the other is divided by. It takes
/// part where this program was built with it, since not every registry serves it.
/// </summary>
internal sealed class ComparisonConfig : ManualConfig
{
    private const string Arch = nameof(Arch);

    public ComparisonConfig()
    {
        if (typeof(World).Assembly.GetName().Name == Arch) AddJob(With(Arch).AsBaseline());
        AddJob(With("Embedded"));
        WithBuildTimeout(TimeSpan.FromMinutes(10));
        HideColumns("Arguments", "Error", "Gen0", "Gen1", "Gen2", "InvocationCount", "UnrollFactor", "IterationTime", "MaxIterationCount", "MaxWarmupIterationCount");
    }

    private static Job With(string ecs) => Job.Default
        .WithId(ecs)
        .WithArguments([new MsBuildArgument($"/p:Ecs={ecs}"), new MsBuildArgument("/p:RunAnalyzers=false")])
        .WithIterationTime(TimeInterval.FromMilliseconds(250))
        .WithMaxWarmupCount(10)
        .WithMaxIterationCount(20);
}
