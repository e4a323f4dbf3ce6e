using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Sessions;

namespace Playground.Ecs.Networking.Channels;

/// <summary>Gives waiting packets to the channels' handlers; one that throws costs its sender an Error and nobody else anything.</summary>
internal sealed class HandlerStage(ChannelRegistry channels, SessionStage sessions, HandlerFailures failures, HandlerTimes times)
{
    private readonly List<Channel> _handled = [];

    public void Add(Channel channel)
    {
        if (channel.Options.Handler is not null) _handled.Add(channel);
    }

    /// <summary>Runs the handlers of all channels that have packets.</summary>
    public void Run()
    {
        // By index, since a handler may register channels; unregistered ones leave here.
        for (var i = 0; i < _handled.Count; i++)
        {
            var channel = _handled[i];
            if (channels.Find(channel.Id) != channel) _handled.RemoveAt(i--);
            else if (channel.Inbox.Count > 0) Measure(channel);
        }
    }

    private void Measure(Channel channel)
    {
        var begun = times.Begin();
        Run(channel, channel.Options.Handler!);
        times.End(channel, begun);
    }

    private void Run(Channel channel, PacketHandler handler)
    {
        foreach (ref readonly var packet in channel.Inbox.Take())
        {
            // A handler may unregister its channel: what waits is dropped.
            if (!channel.IsRegistered) return;
            try
            {
                handler(channel, packet);
            }
            catch (Exception exception)
            {
                // The plugin's own code: whatever it throws is its fault alone.
                Fail(channel, packet, exception);
            }
        }
    }

    private void Fail(Channel channel, in ReceivedPacket packet, Exception exception)
    {
        failures.Count(channel, exception);
        var header = new PacketHeader(packet.ChannelId, packet.PacketType, packet.Priority);
        if (sessions.Find(packet.Sender) is { } sender) sessions.TellFailure(sender, header, ErrorCode.HandlerFailed);
    }
}
