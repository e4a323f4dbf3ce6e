using System.Globalization;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;

namespace Playground.Ecs.Networking.Benchmarks.Columns;

/// <summary>The mean divided by the packets that one frame moves: Connections x Packets.</summary>
internal sealed class NsPerPacketColumn : IColumn
{
    public string Id => nameof(NsPerPacketColumn);

    public string ColumnName => "ns/packet";

    public bool AlwaysShow => true;

    public ColumnCategory Category => ColumnCategory.Statistics;

    public int PriorityInCategory => 100;

    public bool IsNumeric => true;

    public UnitType UnitType => UnitType.Dimensionless;

    public string Legend => "Mean / (Connections x Packets), in nanoseconds";

    public bool IsAvailable(Summary summary) => true;

    public bool IsDefault(Summary summary, BenchmarkCase benchmarkCase) => false;

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase) => GetValue(summary, benchmarkCase, SummaryStyle.Default);

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase, SummaryStyle style)
    {
        if (summary[benchmarkCase]?.ResultStatistics is not { } statistics) return "-";
        var packets = (int)benchmarkCase.Parameters["Connections"] * (int)benchmarkCase.Parameters["Packets"];
        return (statistics.Mean / packets).ToString("N1", CultureInfo.InvariantCulture);
    }
}
