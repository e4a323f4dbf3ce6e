using Playground.Ecs.Networking.Channels;
using Playground.Ecs.Networking.Mcp;
using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Sending;

namespace Playground.Ecs.Networking.Sessions;

/// <summary>Carries out the control packets of clients (PROTOCOL.md, section 6). Loop thread only.</summary>
internal sealed class ControlStage(
    NetworkingOptions options,
    ChannelRegistry channels,
    ChannelDirectory directory,
    ToolRegistry tools,
    SendStage sends,
    SessionStage sessions,
    InboxList inboxes,
    ConnectionCounters counters)
{
    /// <summary>Handles one packet of channel 0; a malformed one ends its sender's link with 4501.</summary>
    public void Handle(Connection connection, in PacketHeader header, ArraySegment<byte> payload)
    {
        var understood = (ControlType)header.Type switch
        {
            ControlType.Ping => OnPing(connection, payload),
            ControlType.Pong => OnPong(connection, payload),
            ControlType.Subscribe => OnSubscribe(connection, header, payload),
            ControlType.Unsubscribe => OnUnsubscribe(connection, header, payload),
            ControlType.RegisterChannel => OnRegister(connection, header, payload),
            ControlType.UnregisterChannel => OnUnregister(connection, header, payload),
            ControlType.QueryChannel => OnQuery(connection, header, payload),
            ControlType.ListChannels => OnList(connection, header, payload),
            ControlType.Broadcast => OnBroadcast(connection, header, payload),
            ControlType.Ack => OnAck(connection, header, payload),
            ControlType.Goodbye => OnGoodbye(connection, payload),
            ControlType.RegisterMcpTool => OnRegisterTool(connection, header, payload),
            ControlType.UnregisterMcpTool => OnUnregisterTool(connection, header, payload),
            ControlType.Welcome or ControlType.Reply or ControlType.Error => Refuse(connection, header, ErrorCode.Forbidden),

            // A Hello that comes here is a second one, or one behind other packets.
            ControlType.Hello => false,
            _ => Refuse(connection, header, ErrorCode.InvalidArgument),
        };
        if (understood) return;
        sessions.Disconnect(connection, DisconnectReason.Malformed, $"control packet {(ControlType)header.Type} is malformed or out of place");
    }

    private bool Refuse(Connection connection, in PacketHeader header, ErrorCode error)
    {
        sessions.Refuse(connection, header, error);
        return true;
    }

    private bool OnPing(Connection connection, ArraySegment<byte> payload)
    {
        if (!Ping.TryRead(payload, out var ping)) return false;
        sessions.SendControl(connection, new Pong(ping.Stamp), Priority.High);
        return true;
    }

    private bool OnPong(Connection connection, ArraySegment<byte> payload)
    {
        if (!Pong.TryRead(payload, out var pong)) return false;
        if (connection.Heartbeat.PendingStamp != pong.Stamp || pong.Stamp == 0) return true;
        connection.Heartbeat.PendingStamp = 0;
        connection.Heartbeat.Measure(options.TimeProvider.GetElapsedTime((long)pong.Stamp));
        return true;
    }

    private bool OnSubscribe(Connection connection, in PacketHeader header, ArraySegment<byte> payload)
    {
        if (!Subscribe.TryRead(payload, out var request)) return false;
        var found = Find(request.Channel);
        Reply(connection, header, request.Id, found.IsOk ? SubscribeTo(connection, found.Value) : found.Error);
        return true;
    }

    private bool OnUnsubscribe(Connection connection, in PacketHeader header, ArraySegment<byte> payload)
    {
        if (!Unsubscribe.TryRead(payload, out var request)) return false;
        var found = Find(request.Channel);
        Reply(connection, header, request.Id, found.IsOk ? directory.Unsubscribe(connection, found.Value) : found.Error);
        return true;
    }

    private bool OnRegister(Connection connection, in PacketHeader header, ArraySegment<byte> payload)
    {
        if (!RegisterChannel.TryRead(payload, out var request)) return false;
        Reply(connection, header, request.Id, sessions.Permissions.May(connection, ChannelAction.Register, request.RequestedId, request.Name)
            ? directory.RegisterFor(connection, request.Name, request.RequestedId)
            : new NetworkError.Forbidden($"you may not register a channel '{request.Name}'"));
        return true;
    }

    private bool OnUnregister(Connection connection, in PacketHeader header, ArraySegment<byte> payload)
    {
        if (!UnregisterChannel.TryRead(payload, out var request)) return false;
        Reply(connection, header, request.Id, directory.UnregisterFor(connection, request.Channel));
        return true;
    }

    private bool OnRegisterTool(Connection connection, in PacketHeader header, ArraySegment<byte> payload)
    {
        if (!RegisterMcpTool.TryRead(payload, out var request)) return false;
        NetworkResult registered = sessions.Permissions.May(connection, ChannelAction.RegisterTool, request.HandlerChannel, request.Name)
            ? tools.RegisterFor(connection, request)
            : new NetworkError.Forbidden($"you may not register the tool '{request.Name}'");
        Reply(connection, header, request.Id, registered.IsOk ? (NetworkResult<ChannelId>)request.HandlerChannel : registered.Error!);
        return true;
    }

    private bool OnUnregisterTool(Connection connection, in PacketHeader header, ArraySegment<byte> payload)
    {
        if (!UnregisterMcpTool.TryRead(payload, out var request)) return false;
        var channel = tools.Find(request.Name)?.Channel.Id ?? default;
        var unregistered = tools.UnregisterFor(connection, request.Name);
        Reply(connection, header, request.Id, unregistered.IsOk ? (NetworkResult<ChannelId>)channel : unregistered.Error!);
        return true;
    }

    private bool OnQuery(Connection connection, in PacketHeader header, ArraySegment<byte> payload)
    {
        if (!QueryChannel.TryRead(payload, out var request)) return false;
        var found = Find(request.Name);

        // Whoever waits for a channel asks again and again, and that is no abuse: its rate has a limit.
        Answer(connection, header, request.Id, found.IsOk ? (NetworkResult<ChannelId>)found.Value.Id : found.Error);
        return true;
    }

    private bool OnList(Connection connection, in PacketHeader header, ArraySegment<byte> payload)
    {
        if (!ListChannels.TryRead(payload, out var request)) return false;
        var reply = Protocol.Reply.Done(request.Id, directory.List());
        if (reply.Value.Length > options.MaxPacketBytes / 2)
        {
            var error = new NetworkError.LimitExceeded(nameof(NetworkingOptions.MaxPacketBytes), options.MaxPacketBytes / 2, reply.Value.Length);
            reply = Protocol.Reply.Failed(request.Id, error.Code, error.Message);
        }

        sessions.SendControl(connection, reply, Priority.High, header.IsReliable);
        return true;
    }

    private bool OnBroadcast(Connection connection, in PacketHeader header, ArraySegment<byte> payload)
    {
        if (!options.AllowClientBroadcast || !sessions.Permissions.May(connection, ChannelAction.Broadcast, sessions.ControlChannel)) return Refuse(connection, header, ErrorCode.Forbidden);
        var control = sessions.ControlChannel;
        var priority = header.Priority == Priority.Critical ? Priority.High : header.Priority;
        control.Inbox.Append(new ReceivedPacket(payload, connection.Entity, control.Id, header.Type, header.Priority, header.IsReliable));
        inboxes.List(control.Inbox);
        sends.ToSubscribers(control, connection, new PacketHeader(control.Id, header.Type, priority, header.Flags & PacketFlags.Reliable), payload);
        return true;
    }

    private bool OnAck(Connection connection, in PacketHeader header, ArraySegment<byte> payload)
    {
        if (!Ack.TryRead(payload, out var ack)) return false;
        if (connection.Session is not { } session) return Refuse(connection, header, ErrorCode.InvalidArgument);
        switch (session.Acknowledge(connection, new Sequence(ack.Sequence), sessions.Now))
        {
            case AckStatus.Stale:
                counters.StaleAcks++;
                break;
            case AckStatus.Impossible:
                sessions.Disconnect(
                    connection, DisconnectReason.SequenceViolation, $"Ack of {ack.Sequence}; {session.Window.LastStamped} was sent last");
                break;
        }

        return true;
    }

    private bool OnGoodbye(Connection connection, ArraySegment<byte> payload)
    {
        if (!Goodbye.TryRead(payload, out _)) return false;
        sessions.Disconnect(connection, DisconnectReason.ClosedByPeer, string.Empty);
        return true;
    }

    private NetworkResult<Channel> Find(ChannelReference reference)
    {
        if (reference.Name is { } name)
        {
            return channels.TryFind(name, out var named) ? named : new NetworkError.ChannelNotFound(default) { Name = name };
        }

        // The control channel is everybody's already.
        return reference.Id != ChannelRanges.Control && channels.Find(reference.Id) is { } channel
            ? channel
            : new NetworkError.ChannelNotFound(reference.Id);
    }

    private NetworkResult<ChannelId> SubscribeTo(Connection connection, Channel channel) =>
        sessions.Permissions.May(connection, ChannelAction.Subscribe, channel)
            ? directory.Subscribe(connection, channel)
            : new NetworkError.Forbidden($"you may not subscribe to channel {channel.Id}");

    /// <summary>Answers a request; one that is refused for what nobody does by mistake for long counts as every such packet.</summary>
    private void Reply(Connection connection, in PacketHeader header, uint id, NetworkResult<ChannelId> result)
    {
        var isAbuse = !result.IsOk && result.Error.Code is ErrorCode.Forbidden or ErrorCode.ChannelNotFound or ErrorCode.LimitExceeded;
        if (!isAbuse || sessions.CountRefusal(connection, header, result.Error!.Code)) Answer(connection, header, id, result);
    }

    private void Answer(Connection connection, in PacketHeader header, uint id, NetworkResult<ChannelId> result)
    {
        var reply = result.IsOk ? Protocol.Reply.Done(id, result.Value) : Protocol.Reply.Failed(id, result.Error.Code, result.Error.Message);
        sessions.SendControl(connection, reply, Priority.High, header.IsReliable);
    }
}
