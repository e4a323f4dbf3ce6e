namespace Playground.Ecs.Networking.Mcp;

/// <summary>Requests to the endpoint that were answered with an error, by HTTP status. Any thread.</summary>
internal sealed class RefusedRequests
{
    private const int First = 400;
    private const int Last = 599;

    private readonly long[] _counts = new long[Last - First + 1];

    /// <summary>Counts an answer, if it is an error.</summary>
    public void Count(int status)
    {
        if (status is >= First and <= Last) Interlocked.Increment(ref _counts[status - First]);
    }

    /// <summary>What was answered so far.</summary>
    public IEnumerable<(int Status, long Count)> Read()
    {
        for (var i = 0; i < _counts.Length; i++)
        {
            if (Volatile.Read(ref _counts[i]) is > 0 and var count) yield return (First + i, count);
        }
    }
}
