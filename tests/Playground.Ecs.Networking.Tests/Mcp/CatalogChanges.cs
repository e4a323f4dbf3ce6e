namespace Playground.Ecs.Networking.Tests.Mcp;

/// <summary>Hears of changes to the catalog, and may make the one who tells it wait.</summary>
internal sealed class CatalogChanges : IDisposable
{
    private readonly McpRig _rig;
    private readonly ManualResetEventSlim _gate = new(initialState: true);
    private int _running;

    /// <summary>Begins to listen when earlier changes have been told.</summary>
    public CatalogChanges(McpRig rig)
    {
        _rig = rig;
        rig.Harness.Step(2);
        rig.Until(() => rig.System.McpNotices.IsIdle);
        rig.Mcp.CatalogChanged += Hear;
        rig.Mcp.ResourcesChanged += Hear;
    }

    /// <summary>What was on offer each time.</summary>
    public List<string[]> Tools { get; } = [];

    /// <summary>Which resources changed each time.</summary>
    public List<string[]> Resources { get; } = [];

    /// <summary>True once two calls ran at once, or one on the loop's thread.</summary>
    public bool IsWrong { get; private set; }

    /// <summary>The thread that runs the frames.</summary>
    public int LoopThread { get; } = Environment.CurrentManagedThreadId;

    /// <summary>Calls wait from now on.</summary>
    public void Hold() => _gate.Reset();

    /// <summary>Calls go on.</summary>
    public void Release() => _gate.Set();

    /// <summary>Runs frames until so many changes of the catalog were told, and some more in which nothing else may come.</summary>
    public void Expect(int changes)
    {
        _rig.Until(() => Count(Tools) >= changes);
        _rig.Harness.Step(5);
        Assert.That(Count(Tools), Is.EqualTo(changes));
        Assert.That(IsWrong, Is.False);
    }

    public void Dispose()
    {
        Release();
        _rig.Mcp.CatalogChanged -= Hear;
        _rig.Mcp.ResourcesChanged -= Hear;
    }

    private static int Count(List<string[]> list)
    {
        lock (list) return list.Count;
    }

    private void Hear()
    {
        Enter();
        lock (Tools) Tools.Add([.. _rig.Mcp.Catalog.Tools.Select(static tool => tool.Name)]);
        Leave();
    }

    private void Hear(IReadOnlyCollection<string> uris)
    {
        Enter();
        lock (Resources) Resources.Add([.. uris]);
        Leave();
    }

    private void Enter()
    {
        if (Interlocked.Increment(ref _running) != 1 || Environment.CurrentManagedThreadId == LoopThread) IsWrong = true;
        _gate.Wait();
    }

    private void Leave() => Interlocked.Decrement(ref _running);
}
