namespace Playground.Ecs.Networking.Simulation.Running;

/// <summary>Runs many seeds, on a thread for each core. What a seed does depends on nothing but the seed.</summary>
internal static class Runner
{
    /// <summary>Runs the seeds from <paramref name="first"/> on.</summary>
    /// <param name="first">The first seed.</param>
    /// <param name="count">How many.</param>
    /// <param name="threads">How many at once.</param>
    /// <param name="failuresMax">After so many failures no further run is begun.</param>
    public static Summary Run(ulong first, int count, int threads, int failuresMax)
    {
        var summary = new Summary();
        var next = -1;
        var workers = Enumerable.Range(0, threads).Select(_ => new Thread(Work)).ToList();
        workers.ForEach(static worker => worker.Start());
        workers.ForEach(static worker => worker.Join());
        return summary;

        void Work()
        {
            for (var i = Interlocked.Increment(ref next); i < count && summary.Failures.Count < failuresMax; i = Interlocked.Increment(ref next))
            {
                summary.Add(RunOutcome.Of(first + (ulong)i));
            }
        }
    }
}
