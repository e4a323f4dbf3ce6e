using Playground.Ecs.Networking.Channels;
using Playground.Ecs.Networking.Sessions;

namespace Playground.Ecs.Networking.Sending;

/// <summary>Packets sent one after the other to the same subscribers in one lane: framed once for all of them. Reused over frames.</summary>
internal sealed class Run
{
    /// <summary>Packet bytes after which a new run is begun; a single train may be longer.</summary>
    public const int BytesMax = 128 * 1024;

    public Channel Channel { get; private set; } = null!;

    /// <summary>The connection that relayed packets came from and do not go back to.</summary>
    public Connection? Except { get; private set; }

    /// <summary>A closed run takes no more packets: somebody was already sent a copy.</summary>
    public bool IsClosed { get; set; }

    public MessageWriter Packets { get; } = new();

    public void Begin(Channel channel, Connection? except)
    {
        Channel = channel;
        Except = except;
        IsClosed = false;
    }

    public bool Takes(Channel channel, Connection? except, int bytes) =>
        !IsClosed && Channel == channel && Except == except && Packets.Bytes + bytes <= BytesMax;

    public bool Reaches(Connection connection) => connection != Except && Channel.Subscribers.Contains(connection);

    public void Clear()
    {
        Packets.Clear();
        Channel = null!;
        Except = null;
    }
}
