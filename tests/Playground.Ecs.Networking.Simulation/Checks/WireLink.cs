using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.Simulation.Checks;

/// <summary>What is known of one link by what went over it.</summary>
internal sealed class WireLink(int client, string name)
{
    private Numbers _up;
    private Numbers _down;

    /// <summary>Where a direction's reliable numbers stand at each end; null: none was seen on this link.</summary>
    public struct Numbers
    {
        public long? Written;
        public long? Arrived;
    }

    public int Client => client;

    /// <summary>The link's name, which the server sees as the request's Host.</summary>
    public string Name => name;

    public ref Numbers Up => ref _up;

    public ref Numbers Down => ref _down;

    /// <summary>The session that the client had when it said Hello.</summary>
    public SessionTrace? Before { get; set; }

    /// <summary>The session that the server's Welcome named.</summary>
    public SessionTrace? Session { get; set; }

    public bool SaidHello { get; set; }

    /// <summary>Whether the Hello asked for the session before.</summary>
    public bool AsksToResume { get; set; }

    /// <summary>The server wrote a Welcome.</summary>
    public bool WasWelcomed { get; set; }

    public bool IsResumed { get; set; }

    /// <summary>The Welcome arrived.</summary>
    public bool KnowsWelcome { get; set; }

    /// <summary>Numbers up to this one were given before the link: whatever their lanes, they come in order.</summary>
    public long RepeatedUntil { get; set; } = long.MinValue;

    /// <summary>The client's unreliable trains.</summary>
    public PartialTrains UpTrains { get; } = new();

    /// <summary>How many trains the client has begun and not ended.</summary>
    public int UpTrainCount => UpTrains.Count + (Session?.Up.Trains.Count ?? 0);

    /// <summary>In which of its goes the client last ended a train.</summary>
    public long TrainEndedIn { get; set; } = -1;

    /// <summary>The server's unreliable trains.</summary>
    public PartialTrains DownTrains { get; } = new();

    /// <summary>What the server sends in a frame.</summary>
    public LaneOrder ServerLanes { get; } = new();

    /// <summary>What the client sends in one go.</summary>
    public LaneOrder ClientLanes { get; } = new();

    /// <summary>The server's frames on this link.</summary>
    public FrameMarks Frames { get; } = new();

    /// <summary>What the server said before it closed.</summary>
    public ErrorCode? Goodbye { get; set; }
}
