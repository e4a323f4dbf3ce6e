using System.Globalization;
using Playground.Ecs.Networking.Simulation.Running;

if (CommandLine.Parse(args) is not { } line)
{
    Console.Error.WriteLine(CommandLine.Usage);
    return 2;
}

var begun = TimeProvider.System.GetTimestamp();
if (line.Seed is { } seed)
{
    var outcome = RunOutcome.Of(seed, Console.WriteLine);
    Console.WriteLine(outcome.Failure ?? $"The run passed; its digest is {outcome.Digest:x16}.");
    return outcome.Failure is null ? 0 : 1;
}

var summary = Runner.Run(line.First, line.Seeds, line.Threads, line.FailuresMax);
foreach (var text in summary.Lines()) Console.WriteLine(text);
foreach (var failure in summary.Failures)
{
    Console.WriteLine();
    Console.WriteLine(failure);
}

foreach (var shortfall in summary.Shortfalls) Console.WriteLine($"Too quiet: {shortfall}");
var seconds = TimeProvider.System.GetElapsedTime(begun).TotalSeconds;
Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{summary.Runs - summary.Failures.Count:N0} of {summary.Runs:N0} runs passed in {seconds:0.0} s."));
return summary.Failures.Count + summary.Shortfalls.Count == 0 ? 0 : 1;
