using Playground.Ecs.Networking.Channels;
using Playground.Ecs.Networking.Loop;
using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Sending;
using Playground.Ecs.Networking.Sessions;

namespace Playground.Ecs.Networking.Requests;

/// <summary>
/// Requests and responses in both directions (PROTOCOL.md, section 6): peers ask channels, the application asks peers and channels.
/// Each question is answered once, whatever ends first. Loop thread only.
/// </summary>
internal sealed partial class RequestStage(
    NetworkingOptions options,
    ChannelRegistry channels,
    InboxList inboxes,
    SendStage sends,
    SessionStage sessions,
    HandlerFailures failures,
    HandlerTimes times,
    RequestCounters counters)
{
    // The application's questions to channels of its own.
    private readonly ConnectionRequests _own = new();
    private readonly Deadlines<PendingRequest> _deadlines = new(static request => request.IsDone);

    /// <summary>Whether a reserved packet leaves the inbox of its channel alone.</summary>
    public static bool PassesInbox(Channel channel, ushort type) => type != Request.WireType || channel.RequestHandler is not null;

    /// <summary>Takes a peer's Request or Response; a malformed one ends its link with 4501.</summary>
    /// <returns>False when the packet is neither.</returns>
    public bool TryReceive(Connection connection, in PacketHeader header, ArraySegment<byte> payload)
    {
        bool understood;
        if (header.Type == Request.WireType) understood = OnRequest(connection, header, payload);
        else if (header.Type == Response.WireType) understood = OnResponse(connection, header, payload);
        else return false;
        if (!understood) sessions.Disconnect(connection, DisconnectReason.Malformed, $"{(ReservedType)header.Type} is malformed");
        return true;
    }

    /// <summary>Starts the handlers of what has arrived, and ends what has waited too long.</summary>
    public void Run()
    {
        if (_toHandle.Count > 0) StartHandlers();
        if (!_deadlines.IsEmpty) TimeOut();
    }

    /// <summary>A connection is served no longer: its questions are dropped, what it was asked is NotConnected.</summary>
    public void End(Connection connection)
    {
        if (connection.Requests is not { } requests) return;
        connection.Requests = null;
        foreach (var request in requests.Received.Values.ToArray()) Forget(request);
        foreach (var request in requests.Asked.Values.ToArray())
        {
            Complete(request, new NetworkError.NotConnected($"{connection.PeerId} left before it answered"));
        }
    }

    /// <summary>A channel is gone: nobody answers in its name any more.</summary>
    public void End(Channel channel)
    {
        if (channel.Requests is not { } requests) return;
        foreach (var request in requests.ToArray()) Complete(request, new NetworkError.ChannelNotFound(channel.Id));
    }

    /// <summary>The system stops: ends the application's questions to its own channels. The others end with their connections.</summary>
    public void EndOwn()
    {
        foreach (var request in _own.Received.Values.ToArray()) Complete(request, new NetworkError.NotConnected("the system is disposed"));
    }

    private bool OnRequest(Connection connection, in PacketHeader header, ArraySegment<byte> payload)
    {
        if (!Request.TryRead(payload, out var message)) return false;
        counters.RequestsReceived++;
        var requests = connection.Requests ??= new ConnectionRequests();
        if (requests.Received.ContainsKey(message.Id))
        {
            // A Response would be taken for the first one's.
            sessions.Refuse(connection, header, ErrorCode.AlreadyExists);
            return true;
        }

        var channel = channels.Find(header.Channel);
        if (Refusal(connection, channel, header) is { } refusal)
        {
            if (sessions.CountRefusal(connection, header, refusal.Code)) Respond(connection, header, message.Id, refusal);
        }
        else if (requests.Received.Count >= options.RequestsPendingMax)
        {
            counters.RequestsRefused++;
            Respond(connection, header, message.Id, LimitExceeded(requests.Received));
        }
        else
        {
            Take(connection, channel!, header, message, payload);
        }

        return true;
    }

    private NetworkError? Refusal(Connection connection, Channel? channel, in PacketHeader header)
    {
        if (channel is null) return new NetworkError.ChannelNotFound(header.Channel);
        if (channel.Owner == connection) return new NetworkError.InvalidArgument($"channel {channel.Id} is your own");
        if (channel.Options.RequireSubscription && !channel.Subscribers.Contains(connection)) return new NetworkError.NotSubscribed(channel.Id);
        return sessions.Permissions.May(connection, ChannelAction.Send, channel)
            ? null
            : new NetworkError.Forbidden($"you may not send to channel {channel.Id}");
    }

    private void Take(Connection connection, Channel channel, in PacketHeader header, in Request message, ArraySegment<byte> payload)
    {
        channel.PacketsIn++;
        var request = new PendingRequest(channel, message.Type, header.Priority) { Asker = connection, IsReliable = header.IsReliable };
        Enter(request, connection.Requests!, message.Id);
        if (channel.Owner is { } owner)
        {
            Forward(request, owner, message.Body);
        }
        else if (channel.RequestHandler is { } handler)
        {
            Handle(request, handler, message.Body.ToArray());
        }
        else
        {
            channel.Inbox.Append(new ReceivedPacket(payload, connection.Entity, channel.Id, header.Type, header.Priority, header.IsReliable));
            inboxes.List(channel.Inbox);
            EndAfter(request, options.RequestTimeout);
        }
    }

    // What a connection sends is at most High towards others unless the channel allows Critical.
    private void Forward(PendingRequest request, Connection owner, ReadOnlyMemory<byte> body)
    {
        var priority = request.Priority == Priority.Critical && !request.Channel.Options.AllowCritical ? Priority.High : request.Priority;
        if (Ask(request, owner, body, priority) is { } error) Complete(request, error);
        else EndAfter(request, options.RequestTimeout);
    }

    private bool OnResponse(Connection connection, in PacketHeader header, ArraySegment<byte> payload)
    {
        if (!Response.TryRead(payload, out var message)) return false;
        counters.ResponsesReceived++;
        if (connection.Requests is { } requests
            && requests.Asked.TryGetValue(message.Id, out var request)
            && request.Channel.Id == header.Channel)
        {
            if (message.Error == ErrorCode.None) Complete(request, message.Body);
            else Complete(request, NetworkError.FromPeer(message.Error, message.Message, header.Channel));
        }
        else
        {
            counters.ResponsesLate++;
        }

        return true;
    }

    private void Enter(PendingRequest request, ConnectionRequests asker, uint id)
    {
        asker.Received.Add(id, request);
        request.AskerRequests = asker;
        request.AskerId = id;
        Enter(request);
    }

    private void Enter(PendingRequest request)
    {
        (request.Channel.Requests ??= []).Add(request);
        counters.Pending++;
    }

    /// <summary>Gives whoever asked the answer, the first one only.</summary>
    private void Complete(PendingRequest request, in NetworkResult<ReadOnlyMemory<byte>> result)
    {
        if (!Forget(request)) return;
        if (request.Caller is not null) request.Answer(Copy(result));
        else Respond(request.Asker!, new PacketHeader(request.Channel.Id, 0, request.Priority, Flags(request.IsReliable)), request.AskerId, result);
    }

    /// <returns>False when it was done before.</returns>
    private bool Forget(PendingRequest request)
    {
        if (request.IsDone) return false;
        request.IsDone = true;
        counters.Pending--;
        request.AskerRequests?.Received.Remove(request.AskerId);
        request.AskedRequests?.Asked.Remove(request.AskedId);
        request.Channel.Requests!.Remove(request);
        CallOff(request);
        return true;
    }

    private void Respond(Connection asker, in PacketHeader question, uint id, in NetworkResult<ReadOnlyMemory<byte>> result)
    {
        var payload = sessions.Serializer.Write(
            result.IsOk ? Response.Done(id, result.Value) : Response.Failed(id, result.Error.Code, result.Error.Message));
        if (payload.Length > options.MaxPacketBytes)
        {
            var error = new NetworkError.LimitExceeded(nameof(NetworkingOptions.MaxPacketBytes), options.MaxPacketBytes, payload.Length);
            payload = sessions.Serializer.Write(Response.Failed(id, error.Code, error.Message));
        }

        counters.ResponsesSent++;
        sends.Direct(asker, new PacketHeader(question.Channel, Response.WireType, question.Priority, question.Flags & PacketFlags.Reliable), payload);
    }

    private void EndAfter(PendingRequest request, TimeSpan timeout)
    {
        request.Timeout = timeout;
        var now = options.TimeProvider.GetTimestamp();
        var ticks = timeout.TotalSeconds * options.TimeProvider.TimestampFrequency;
        _deadlines.Add(request, ticks >= long.MaxValue - now ? long.MaxValue : now + (long)ticks);
    }

    private void TimeOut()
    {
        var now = options.TimeProvider.GetTimestamp();
        while (_deadlines.TryTakeDue(now, out var request))
        {
            counters.TimedOut++;
            Complete(request, new NetworkError.Timeout($"no answer on channel {request.Channel.Id} within {request.Timeout}"));
        }
    }

    private NetworkError.LimitExceeded LimitExceeded(Dictionary<uint, PendingRequest> pending) =>
        new(nameof(NetworkingOptions.RequestsPendingMax), options.RequestsPendingMax, pending.Count + 1L);

    private static PacketFlags Flags(bool isReliable) => isReliable ? PacketFlags.Reliable : PacketFlags.None;

    // The caller may keep the answer; what it came in is used again.
    private static NetworkResult<ReadOnlyMemory<byte>> Copy(in NetworkResult<ReadOnlyMemory<byte>> result) =>
        result.IsOk ? new ReadOnlyMemory<byte>(result.Value.ToArray()) : result;
}
