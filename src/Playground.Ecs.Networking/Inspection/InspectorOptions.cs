namespace Playground.Ecs.Networking.Inspection;

/// <summary>Who may watch the network on the channel <c>inspector</c> (INSPECTOR.md), how often it is told, and how much at once.</summary>
/// <remarks>Part of <see cref="NetworkingOptions"/>, and read and checked with them.</remarks>
public sealed record InspectorOptions
{
    /// <summary>How often whoever watches is told; at most 65,535 ms. Default 250 ms.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// Peers on other machines may watch; false: those of this machine only, whatever address the port is bound to.
    /// <see cref="NetworkingOptions.Authorize"/> is asked in either case. Default false.
    /// </summary>
    public bool AllowRemote { get; init; }

    /// <summary>Connections told of at once; beyond: the busiest, and how many there are. Default 500.</summary>
    public int ConnectionRowsMax { get; init; } = 500;

    /// <summary>Channels told of at once; beyond: those with the lowest ids, and how many there are. Default 1,000.</summary>
    public int ChannelRowsMax { get; init; } = 1_000;

    /// <summary>Packets of an <see cref="Interval"/> that are told one by one; beyond: how many more there were. Default 200.</summary>
    public int PacketRowsMax { get; init; } = 200;

    /// <summary>Names the value that cannot work.</summary>
    internal NetworkError.InvalidArgument? Validate()
    {
        if (Interval < TimeSpan.FromMilliseconds(1) || Interval > TimeSpan.FromMilliseconds(ushort.MaxValue))
        {
            return Bad($"Interval must be 1-{ushort.MaxValue} ms, was {Interval}");
        }

        foreach (var (name, value) in Rows())
        {
            if (value is < 1 or > ushort.MaxValue) return Bad($"{name} must be 1-{ushort.MaxValue}, was {value}");
        }

        return null;
    }

    private static NetworkError.InvalidArgument Bad(string text) => new($"InspectorOptions.{text}");

    private IEnumerable<(string Name, int Value)> Rows() =>
    [
        (nameof(ConnectionRowsMax), ConnectionRowsMax),
        (nameof(ChannelRowsMax), ChannelRowsMax),
        (nameof(PacketRowsMax), PacketRowsMax),
    ];
}
