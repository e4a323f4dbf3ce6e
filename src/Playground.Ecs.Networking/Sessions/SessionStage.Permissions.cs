using Playground.Ecs.Networking.Channels;
using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.Sessions;

/// <content>What was allowed once is looked at again: when a session is resumed, and when the application says so.</content>
internal sealed partial class SessionStage
{
    /// <summary>What connections may do.</summary>
    public Permissions Permissions { get; } = new(options, counters, log);

    /// <summary>Takes a subscription away. Set before the first frame.</summary>
    public Action<Connection, Channel> Unsubscribe { get; set; } = null!;

    /// <summary>Takes from all connections what they may not have any more.</summary>
    public void Review()
    {
        for (var i = connections.Count - 1; i >= 0; i--) Review(connections[i]);
        for (var i = _away.Count - 1; i >= 0; i--) Review(_away[i]);
    }

    private void Review(Connection connection)
    {
        for (var i = connection.Subscriptions.Count - 1; i >= 0; i--)
        {
            var channel = connection.Subscriptions[i];
            if (Permissions.May(connection, ChannelAction.Subscribe, channel)) continue;
            Unsubscribe(connection, channel);
            TellRevoked(connection, channel, ControlType.Subscribe);
        }

        for (var i = connection.OwnedChannels.Count - 1; i >= 0; i--)
        {
            var channel = connection.OwnedChannels[i];
            if (Permissions.May(connection, ChannelAction.Register, channel)) continue;
            Unregister(channel);
            TellRevoked(connection, channel, ControlType.RegisterChannel);
        }
    }

    // Reliably, on a session: it concerns what was granted for good.
    private void TellRevoked(Connection connection, Channel channel, ControlType granted)
    {
        counters.CountRefused(ErrorCode.Forbidden);
        var error = new ErrorMessage(ErrorCode.Forbidden, $"{granted} of channel {channel.Id} is not allowed any more", channel.Id, (ushort)granted);
        SendControl(connection, error, Priority.High, isReliable: true);
    }
}
