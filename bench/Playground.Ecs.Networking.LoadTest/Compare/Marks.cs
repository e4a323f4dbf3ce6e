namespace Playground.Ecs.Networking.LoadTest.Compare;

/// <summary>
/// How a run's processes are steered, over standard input and output: what they are ready with, then a <see cref="Snapshot"/> for each
/// line. They end with their standard input, or after their lifetime, whatever happens to who started them.
/// </summary>
internal static class Marks
{
    public const string Mark = "mark";
    public const string Heap = "heap";
    public const string Go = "go";

    private const int LifetimeSeconds = 180;

    /// <summary>Exits the process when its lifetime is over.</summary>
    public static Timer Watchdog(LoadOptions options) => new(
        static _ => Environment.Exit(3), null, TimeSpan.FromSeconds(options.Get("--lifetime", LifetimeSeconds)), Timeout.InfiniteTimeSpan);

    /// <summary>Answers marks until standard input ends.</summary>
    public static void Serve(Tally tally, Func<Snapshot, Snapshot> complete, Action? go = null)
    {
        while (Console.In.ReadLine() is { } line)
        {
            if (line == Go) go?.Invoke();
            else Console.WriteLine(complete(tally.Take(line == Heap)).ToJson());
            tally.BeginAnew();
        }
    }
}
