using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Playground.Ecs.Networking.LoadTest.Compare;

/// <summary>Collects runs; writes them as JSON and as Markdown.</summary>
internal sealed class CompareReport(ComparePlan plan)
{
    /// <summary>Where reports go unless an option says otherwise.</summary>
    public const string Folder = "artifacts/load";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerOptions.Web)
    {
        WriteIndented = true,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new JsonStringEnumConverter() },
    };

    private readonly List<RunResult> _runs = [];
    private readonly List<SyscallCounts> _syscalls = [];
    private readonly List<string> _notes = [];

    public IReadOnlyList<RunResult> Runs => _runs;

    public void Add(RunResult run)
    {
        _runs.Add(run);
        Console.Error.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{run.Shape.Mode} {run.Shape.Connections} x {run.Shape.Packets}, round {run.Round}, {run.Server}: "
                + $"{run.ServerUs:0.00} µs, client {run.ClientUs:0.00} µs, {run.FramesHeld:0.0%} of frames, {run.MessagesHeld:0.0%} of messages"));
    }

    public IReadOnlyList<SyscallCounts> Syscalls => _syscalls;

    public void Add(SyscallCounts counts)
    {
        _syscalls.Add(counts);
        Console.Error.WriteLine(counts.ToRow());
    }

    /// <summary>A run that did not come about, or something to know about those that did.</summary>
    public void AddNote(string note)
    {
        _notes.Add(note);
        Console.Error.WriteLine(note);
    }

    /// <summary>Prints the tables, and writes both files into a folder.</summary>
    public void Write(string folder)
    {
        var path = Path.Combine(Directory.CreateDirectory(folder).FullName, plan.Name);
        var markdown = ToMarkdown();
        File.WriteAllText(path + ".md", markdown);
        File.WriteAllText(path + ".json", JsonSerializer.Serialize(new { Surroundings = Surroundings.Describe(), plan, Notes = _notes, Runs = _runs, Syscalls = _syscalls }, Json));
        Console.WriteLine(markdown);
    }

    private string ToMarkdown()
    {
        IEnumerable<string> parts =
        [
            $"{Surroundings.Describe()}\n{Settings}\n",
            .. Tables(),
            .. _syscalls.Count > 0 ? [$"{SyscallCounts.Head}\n{string.Join('\n', _syscalls.Select(static counts => counts.ToRow()))}\n"] : Array.Empty<string>(),
            .. _notes.Select(static note => $"- {note}\n"),
        ];
        return string.Join('\n', parts);
    }

    private string Settings => string.Create(
        CultureInfo.InvariantCulture,
        $"{plan.Runs} rounds of {plan.Times.Measured.TotalSeconds:0} s each after {plan.Times.WarmUp.TotalSeconds:0} s of warm-up, "
            + $"servers in turn, server and client in processes of their own, loopback; median (range).");

    private IEnumerable<string> Tables() => plan.Name == ComparePlan.CurveName
        ? plan.Shapes.Select(static shape => shape.Mode).Distinct().Select(mode => new CurveTable(mode, _runs).ToString())
        : plan.Shapes.Where(shape => _runs.Exists(run => run.Shape == shape)).Select(shape => new CompareTable(shape, _runs).ToString());
}
