using Playground.Ecs.Networking.Client;
using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Simulation.Randomness;

namespace Playground.Ecs.Networking.Simulation.Running;

/// <summary>What a run is like before anything goes wrong in it. All of it follows from the seed.</summary>
internal sealed record RunSettings
{
    /// <summary>The run's seed.</summary>
    public required ulong Seed { get; init; }

    /// <summary>Clients, 2 to 8.</summary>
    public int Clients { get; init; } = 4;

    /// <summary>Frames of the server per second.</summary>
    public int FrameRate { get; init; } = 20;

    /// <summary>How long faults happen, in ticks; then everything has to come to rest.</summary>
    public long FaultTicks { get; init; } = 30 * TimeSpan.TicksPerSecond;

    /// <summary>The shortest and the longest way between a client and the server, in ticks.</summary>
    public long LatencyMin { get; init; }

    public long LatencyMax { get; init; } = 60 * TimeSpan.TicksPerMillisecond;

    /// <summary>What each direction of a link holds, in bytes.</summary>
    public int LinkBytes { get; init; } = 128 * 1024;

    /// <summary>What the client's end of a link holds, in bytes.</summary>
    public int ReceiveBytes { get; init; } = 64 * 1024;

    /// <summary>Packets that each client sends per second.</summary>
    public double ClientRate { get; init; } = 8;

    /// <summary>Packets that the server's application sends per second and client.</summary>
    public double ServerRate { get; init; } = 8;

    /// <summary>How many of all packets are reliable.</summary>
    public double ReliableShare { get; init; } = 0.5;

    /// <summary>How many of all packets are longer than a fragment.</summary>
    public double TrainShare { get; init; } = 0.01;

    /// <summary>How many kinds of fault happen.</summary>
    public int FaultKinds { get; init; } = 4;

    /// <summary>The server's options; its clock and transport are the run's.</summary>
    public NetworkingOptions Server { get; init; } = new();

    /// <summary>The clients' options.</summary>
    public ClientOptions Client { get; init; } = new();

    /// <summary>One frame, in ticks.</summary>
    public long FrameTicks => TimeSpan.TicksPerSecond / FrameRate;

    /// <summary>The settings of a seed.</summary>
    public static RunSettings Of(ulong seed)
    {
        var rng = new Rng(seed).For("settings");
        var initial = rng.Chance(0.25) ? new Sequence((ushort)(ushort.MaxValue - rng.Between(0, 120))) : Sequence.BeforeFirst;
        var isTight = rng.Chance(0.35);
        var frameRate = rng.Pick<int>([10, 10, 15, 20, 20, 30, 60]);
        var window = TimeSpan.FromSeconds(rng.Pick<int>([5, 10, 20, 30]));
        var (server, client) = isTight ? Tight(rng) : Roomy(rng);
        return new RunSettings
        {
            Seed = seed,
            Clients = rng.Between(2, 8),
            FrameRate = frameRate,
            FaultTicks = rng.Between(TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(36)),
            LatencyMax = rng.Between(TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(150)),
            LinkBytes = rng.Pick<int>([16, 64, 128, 256]) * 1024,
            ReceiveBytes = rng.Pick<int>([4, 16, 64, 512]) * 1024,
            ClientRate = rng.Between(4, 16),
            ServerRate = rng.Between(4, 16),
            ReliableShare = 0.3 + (0.5 * rng.Fraction()),
            TrainShare = rng.Chance(0.3) ? 0.02 : 0.004,
            FaultKinds = rng.Between(4, 7),
            Server = server with { FrameRate = frameRate, ResumeWindow = window, InitialSequence = initial },
            Client = client with { InitialSequence = initial },
        };
    }

    private static (NetworkingOptions Server, ClientOptions Client) Roomy(Rng rng)
    {
        var budget = rng.Chance(0.5) ? 64 * 1024 : 256 * 1024;
        return (new NetworkingOptions { SendBudgetBytes = budget }, new ClientOptions());
    }

    // Limits that are reached.
    private static (NetworkingOptions Server, ClientOptions Client) Tight(Rng rng)
    {
        var packet = rng.Between(20_000, 60_000);
        var server = new NetworkingOptions
        {
            MaxPacketBytes = packet,
            SendQueueBytes = packet * rng.Between(2, 4),
            SendBudgetBytes = 64 * 1024,
            ReliableWindowBytes = rng.Between(16_396, 80_000),
            ReceiveBudgetBytes = rng.Between(1, 64) * 1024,
            ReceiveBudgetPackets = rng.Between(8, 256),
            InboxPacketsMax = rng.Between(16, 400),
            InboxBytesMax = packet * rng.Between(1, 3),
            CriticalSendsPerFrameMax = rng.Between(0, 16),
        };
        var client = new ClientOptions
        {
            MaxPacketBytes = packet,
            SendQueueBytes = packet * rng.Between(2, 4),
            ReliableWindowBytes = server.ReliableWindowBytes,
            InboxPackets = rng.Between(16, 400),
            InboxBytes = packet * rng.Between(1, 3),
        };
        return (server, client);
    }
}
