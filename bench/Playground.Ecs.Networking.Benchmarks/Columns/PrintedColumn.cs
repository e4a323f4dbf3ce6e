using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;

namespace Playground.Ecs.Networking.Benchmarks.Columns;

/// <summary>
/// A figure that the benchmark took by itself, since it is not the whole of what one invocation lasts: the benchmark prints it
/// in its clean-up, and it is read back from the process's output.
/// </summary>
internal sealed class PrintedColumn(string name, string legend) : IColumn
{
    private const string Mark = "figure ";

    public string Id => $"{nameof(PrintedColumn)}.{name}";

    public string ColumnName => name;

    public bool AlwaysShow => true;

    public ColumnCategory Category => ColumnCategory.Custom;

    public int PriorityInCategory => 0;

    public bool IsNumeric => true;

    public UnitType UnitType => UnitType.Dimensionless;

    public string Legend => legend;

    /// <summary>Called by the benchmark.</summary>
    public static void Print(string name, string value) => Console.WriteLine($"{Mark}{name}={value}");

    public bool IsAvailable(Summary summary) => true;

    public bool IsDefault(Summary summary, BenchmarkCase benchmarkCase) => false;

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase) => GetValue(summary, benchmarkCase, SummaryStyle.Default);

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase, SummaryStyle style)
    {
        var begin = $"{Mark}{name}=";
        var line = summary[benchmarkCase]?.ExecuteResults
            .SelectMany(static result => result.StandardOutput ?? []) // None in process, whatever its type says.
            .LastOrDefault(line => line.StartsWith(begin, StringComparison.Ordinal));
        return line is null ? "-" : line[begin.Length..];
    }
}
