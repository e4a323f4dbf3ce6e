using System.Globalization;

namespace Playground.Ecs.Networking.LoadTest.Compare;

/// <summary>A figure over several runs.</summary>
internal readonly record struct Spread(double Median, double Min, double Max)
{
    public static Spread Of(IEnumerable<double> figures)
    {
        double[] sorted = [.. figures.Where(double.IsFinite).Order()];
        if (sorted.Length == 0) return new Spread(double.NaN, double.NaN, double.NaN);
        var middle = sorted.Length / 2;
        var median = sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return new Spread(median, sorted[0], sorted[^1]);
    }

    /// <summary>The median, and the range where there is one.</summary>
    public string ToText(string format) => double.IsNaN(Median)
        ? "-"
        : Text(Median, format) + (Min < Max ? $" ({Text(Min, format)}-{Text(Max, format)})" : "");

    private static string Text(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
