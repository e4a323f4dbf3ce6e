using Playground.Ecs.Networking.Channels;
using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Sessions;

namespace Playground.Ecs.Networking.Requests;

/// <content>What the application asks, and what it answers itself.</content>
internal sealed partial class RequestStage
{
    /// <summary>The application asks a peer.</summary>
    /// <returns>Null when the question is on its way to an answer.</returns>
    public NetworkError? Ask(PendingRequest request, Entity entity, ReadOnlyMemory<byte> body)
    {
        if (Check(request, body.Length) is { } error) return error;
        return sends.Find(entity) is { } connection
            ? AskPeer(request, connection, body)
            : new NetworkError.NotConnected($"entity {entity.Id} is no connected peer");
    }

    /// <summary>The application asks the owner of the request's channel: a peer, or a plugin in this process.</summary>
    /// <param name="request">The question.</param>
    /// <param name="body">Its body, which belongs to the request from now on.</param>
    /// <returns>Null when the question is on its way to an answer.</returns>
    public NetworkError? AskOwner(PendingRequest request, ReadOnlyMemory<byte> body)
    {
        var channel = request.Channel;
        if (Check(request, body.Length) is { } error) return error;
        if (channel.Owner is { } owner) return AskPeer(request, owner, body);
        if (_own.Received.Count >= options.RequestsPendingMax) return LimitExceeded(_own.Received);
        var id = _own.NextId(_own.Received);
        if (channel.RequestHandler is null && LeaveInInbox(request, id, body) is { } full) return full;
        Enter(request, _own, id);
        if (channel.RequestHandler is { } handler) Handle(request, handler, body);
        EndAfter(request, request.Timeout);
        return null;
    }

    /// <summary>The application answers a request that it found in an inbox.</summary>
    /// <returns>Ok; NotConnected when the asker has left, InvalidArgument when no such request waits (any more).</returns>
    public NetworkResult Answer(Channel channel, Entity asker, uint id, in NetworkResult<ReadOnlyMemory<byte>> result)
    {
        var requests = _own;
        if (asker != Entity.Null)
        {
            if (sends.Find(asker) is not { } connection) return new NetworkError.NotConnected($"entity {asker.Id} is no connected peer");
            requests = connection.Requests;
        }

        if (requests is null || !requests.Received.TryGetValue(id, out var request) || request.Channel != channel || !request.WaitsInInbox)
        {
            return new NetworkError.InvalidArgument($"no request {id} waits for an answer of channel {channel.Id}");
        }

        Complete(request, result);
        return NetworkResult.Ok;
    }

    /// <summary>The caller gave up: the answer will be late.</summary>
    public void Withdraw(PendingRequest request)
    {
        // One that never began is in no table.
        if (request.Channel.Requests?.Contains(request) == true) Forget(request);
    }

    private NetworkError? Check(PendingRequest request, int length) => sends.Check(request.Channel, 0, length, request.Priority);

    private NetworkError.LimitExceeded? AskPeer(PendingRequest request, Connection connection, ReadOnlyMemory<byte> body)
    {
        if (Ask(request, connection, body, request.Priority) is { } error) return error;
        Enter(request);
        EndAfter(request, request.Timeout);
        return null;
    }

    /// <summary>Sends a question to a peer, under a number of this side's.</summary>
    private NetworkError.LimitExceeded? Ask(PendingRequest request, Connection connection, ReadOnlyMemory<byte> body, Priority priority)
    {
        var requests = connection.Requests ??= new ConnectionRequests();
        if (requests.Asked.Count >= options.RequestsPendingMax)
        {
            counters.RequestsRefused++;
            return LimitExceeded(requests.Asked);
        }

        var id = requests.NextId(requests.Asked);
        var payload = sessions.Serializer.Write(new Request(id, request.Type, body));
        if (payload.Length > options.MaxPacketBytes)
        {
            return new NetworkError.LimitExceeded(nameof(NetworkingOptions.MaxPacketBytes), options.MaxPacketBytes, payload.Length);
        }

        var header = new PacketHeader(request.Channel.Id, Request.WireType, priority, PacketFlags.Reliable);
        if (!sends.TryAsk(connection, header, payload))
        {
            return new NetworkError.LimitExceeded(
                nameof(NetworkingOptions.SendQueueBytes), options.SendQueueBytes, connection.Outbox.Bytes + payload.Length);
        }

        counters.RequestsSent++;
        request.Channel.PacketsOut++;
        requests.Asked.Add(id, request);
        request.AskedRequests = requests;
        request.AskedId = id;
        return null;
    }

    private NetworkError.LimitExceeded? LeaveInInbox(PendingRequest request, uint id, ReadOnlyMemory<byte> body)
    {
        var payload = sessions.Serializer.Write(new Request(id, request.Type, body));
        return sends.TryLoopback(
            request.Channel, new PacketHeader(request.Channel.Id, Request.WireType, request.Priority, PacketFlags.Reliable), payload);
    }
}
