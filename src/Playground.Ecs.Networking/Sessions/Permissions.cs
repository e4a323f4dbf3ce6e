using Playground.Ecs.Networking.Channels;
using Playground.Ecs.Networking.Diagnostics;
using Playground.Ecs.Networking.Links;
using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.Sessions;

/// <summary>Asks the application what connections may do, where it wants to be asked. Loop thread only.</summary>
internal sealed class Permissions(NetworkingOptions options, ConnectionCounters counters, NetworkLog log)
{
    private static readonly TimeSpan LogInterval = TimeSpan.FromSeconds(1);

    private long _logged;
    private bool _hasLogged;

    public bool May(Connection connection, ChannelAction action, Channel channel) =>
        (!channel.IsForThisMachine || IsOfThisMachine(connection))
        && (options.Authorize is not { } authorize || Ask(authorize, connection, action, channel.Id, channel.Name));

    public bool May(Connection connection, ChannelAction action, ChannelId channel, string name) =>
        options.Authorize is not { } authorize || Ask(authorize, connection, action, channel, name);

    // Who is away is looked at when it is back: it may come from elsewhere.
    private static bool IsOfThisMachine(Connection connection) =>
        !connection.HasLink || PeerAddress.IsOfThisMachine(connection.Link.Upgrade.RemoteEndPoint?.Address);

    private bool Ask(Authorize authorize, Connection connection, ChannelAction action, ChannelId channel, string name)
    {
        try
        {
            return authorize(new AuthorizationRequest(connection.Entity, connection.Session?.Principal, action, channel, name));
        }
        catch (Exception exception)
        {
            // The application's own code: whatever it throws refuses, and costs the frame nothing.
            Tell(exception);
            return false;
        }
    }

    private void Tell(Exception exception)
    {
        counters.HandlerFailures++;
        var now = options.TimeProvider.GetTimestamp();
        if (_hasLogged && options.TimeProvider.GetElapsedTime(_logged, now) < LogInterval) return;
        (_logged, _hasLogged) = (now, true);
        log.AuthorizationFailed(exception);
    }
}
