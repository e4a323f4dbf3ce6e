using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging.Abstractions;
using Playground.Ecs.Networking.Links;
using Playground.Ecs.Networking.Simulation.Checks;
using Playground.Ecs.Networking.Simulation.Faults;
using Playground.Ecs.Networking.Simulation.Network;
using Playground.Ecs.Networking.Simulation.Peers;
using Playground.Ecs.Networking.Simulation.Randomness;
using Playground.Ecs.Networking.Simulation.Time;

namespace Playground.Ecs.Networking.Simulation.Running;

/// <summary>
/// One run: a server, its clients, the links between them and the time, stepped together by one thread. First faults happen, then
/// none does, and everything that is owed has to arrive.
/// </summary>
internal sealed partial class SimulatedRun : INetwork
{
    private const int FramesAfterEnd = 2;

    private readonly RunContext _context;
    private readonly LinkDigest _digest;
    private readonly Rng _links;
    private readonly Rng _steps;
    private readonly SimulatedClient[] _order;
    private readonly Dictionary<string, SimulatedLink> _byName = new(StringComparer.Ordinal);
    private readonly List<SimulatedLink> _open = [];
    private int _linkNumber;
    private int _life;
    private long _serverStartsAt;
    private bool _isStopping;

    public SimulatedRun(RunSettings settings, Action<string>? log = null)
    {
        var rng = new Rng(settings.Seed);
        var time = new VirtualTime();
        var begin = time.Now;
        Action<string> write = log is null ? static _ => { } : text => log($"{TimeSpan.FromTicks(time.Now - begin).TotalSeconds,8:0.000} {text}");
        var windowBytes = Math.Max(settings.Server.ReliableWindowBytes, settings.Client.ReliableWindowBytes);
        var wire = new WireCheck(settings.Server.InitialSequence, windowBytes, settings.Server.MaxPacketBytes, write);
        _context = new RunContext(settings, rng, time, wire, new Ledger(), new RunCounts(), write, log is null ? NullLoggerFactory.Instance : new RunLog(write));
        _digest = new LinkDigest(wire, time);
        _links = rng.For("links");
        _steps = rng.For("steps");
        StartServer();
        Clients = [.. Enumerable.Range(0, settings.Clients).Select(number => new SimulatedClient(_context, this, number))];
        _order = [.. Clients];
    }

    public RunContext Context => _context;

    public RunCounts Counts => _context.Counts;

    /// <inheritdoc cref="RunOutcome.Digest"/>
    public ulong Digest => _digest.Value;

    /// <summary>The server; null while there is none.</summary>
    public SimulatedServer? Server { get; private set; }

    public IReadOnlyList<SimulatedClient> Clients { get; }

    /// <summary>Links that at least one end takes for open.</summary>
    public IReadOnlyList<SimulatedLink> Links => _open;

    /// <summary>Until then the server's process stands still.</summary>
    public long ServerFrozenUntil { get; set; }

    /// <summary>Until then no link can be opened.</summary>
    public long RefusesUntil { get; set; }

    /// <summary>Until when a client can open no link.</summary>
    public Dictionary<int, long> AwayUntil { get; } = [];

    /// <summary>Clients whose next link ends with its Welcome.</summary>
    public HashSet<int> CutsAtWelcome { get; } = [];

    /// <summary>Clients whose next Hello, where it can, says less than they have.</summary>
    public HashSet<int> UnderstatesHello { get; } = [];

    /// <summary>Clients whose next Welcome, where it can, says less than the server has.</summary>
    public HashSet<int> UnderstatesWelcome { get; } = [];

    private long Now => _context.Time.Now;

    /// <summary>Lets one frame's time pass for everybody.</summary>
    public void Step()
    {
        _context.Time.Advance(_context.Settings.FrameTicks);
        if (Server is null && Now >= _serverStartsAt) StartServer();
        MoveClients();
        if (Server is { } server && Now >= ServerFrozenUntil)
        {
            server.RunFrame();
            server.CheckLinks(_byName);
            TakeFromServer();
            server.CheckFrame(_byName);
        }

        ForgetLinks();
    }

    /// <summary>Ends the server's life: as it should, or from one moment to the next.</summary>
    /// <returns>False when there is none.</returns>
    public bool TryStopServer(bool crashes, long downtime)
    {
        if (Server is null || Now < ServerFrozenUntil) return false;
        _context.Log(crashes ? "the server crashes" : "the server stops");
        if (crashes)
        {
            foreach (var link in _open) link.Crash(Now);
        }

        StopServer();
        foreach (var link in _open) link.OverSinceFrame = long.MinValue / 2;
        _serverStartsAt = Now + downtime;
        return true;
    }

    /// <summary>Ends what keeps links from being opened.</summary>
    public void Heal()
    {
        ServerFrozenUntil = RefusesUntil = 0;
        AwayUntil.Clear();
        CutsAtWelcome.Clear();
        UnderstatesHello.Clear();
        UnderstatesWelcome.Clear();
        if (Server is not null) Server.Application.ReadsNothingUntil = 0;
    }

    /// <inheritdoc/>
    public bool TryConnect(int client, [NotNullWhen(true)] out SimulatedLink? link, out TimeSpan? retryAfter)
    {
        link = null;
        retryAfter = null;
        if (Now < RefusesUntil)
        {
            _context.Faults.Count(FaultKind.Refused);
            if (_links.Chance(0.5)) retryAfter = TimeSpan.FromSeconds(_links.Fraction());
            return false;
        }

        if (Server is null || _isStopping || Now < AwayUntil.GetValueOrDefault(client)) return false;
        var name = $"link-{++_linkNumber}";
        var connected = Server.Transport.Connect(new LinkUpgrade(null, name, null, null), _context.Settings.ReceiveBytes);
        if (!connected.IsOk) return false;
        link = new SimulatedLink(client, name, connected.Value, NewPipe("up"), NewPipe("down"), _digest) { CutAtWelcome = CutsAtWelcome.Remove(client) };
        Understate(link);
        _byName.Add(name, link);
        _open.Add(link);
        _context.Counts.Links++;
        return true;
    }

    private Pipe NewPipe(string direction)
    {
        var settings = _context.Settings;
        var conditions = new LinkConditions
        {
            CapacityBytes = settings.LinkBytes,
            Latency = _links.Between(TimeSpan.FromTicks(settings.LatencyMin), TimeSpan.FromTicks(settings.LatencyMax)),
        };
        return new Pipe(conditions, _links.For(direction, _linkNumber));
    }

    private void StartServer()
    {
        _context.Wire.BeginLife(++_life);
        Server = new SimulatedServer(_context, _life);
        _context.Log($"server {_life} starts");
    }

    private void StopServer()
    {
        _isStopping = true;
        Server!.Stop(StepWhileStopping);
        _isStopping = false;
        Count(Server);
        _context.Wire.EndLife();
        Server = null;
    }

    private void StepWhileStopping()
    {
        _context.Time.Advance(2 * TimeSpan.TicksPerMillisecond);
        MoveClients();
        TakeFromServer();
    }

    private void MoveClients()
    {
        foreach (var link in _open) link.DeliverToServer(Now);
        _steps.Shuffle(_order.AsSpan());
        foreach (var client in _order) client.Step(Now);
    }

    private void TakeFromServer()
    {
        foreach (var link in _open) link.TakeFromServer(Now);
    }

    // The server may read the Hello of a link that is long over, and answers it.
    private void ForgetLinks()
    {
        for (var i = _open.Count - 1; i >= 0; i--)
        {
            var link = _open[i];
            if (!link.IsOver) continue;
            var frame = Server?.Frame ?? long.MaxValue / 2;
            if (link.OverSinceFrame == -1) link.OverSinceFrame = frame;
            if (frame < link.OverSinceFrame + FramesAfterEnd) continue;
            for (; link.WelcomesLost > 0; link.WelcomesLost--) _context.Faults.Count(FaultKind.LostWelcome);
            _byName.Remove(link.Wire.Name);
            _open.RemoveAt(i);
        }
    }

    private void Count(SimulatedServer server)
    {
        var counts = _context.Counts;
        var counters = server.System.Counters;
        counts.Resumes += counters.Resumes;
        counts.ServerDuplicates += counters.Duplicates;
        counts.Drops += server.System.SendCounters.DroppedInAll;
        counts.ServerReplays += server.System.SendCounters.Replayed;
        counts.FullInboxes += counters.Disconnects(Sessions.DisconnectReason.InboxFull);
        counts.SlowConsumers += counters.Disconnects(Sessions.DisconnectReason.SlowConsumer);
    }
}
