using Playground.Ecs.Networking.Channels;
using Playground.Ecs.Networking.Diagnostics;
using Playground.Ecs.Networking.Links;
using Playground.Ecs.Networking.Mcp;
using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Requests;
using Playground.Ecs.Networking.Sending;
using Playground.Ecs.Networking.Sessions;

namespace Playground.Ecs.Networking.Receiving;

/// <summary>
/// Drains the links at the start of a frame: whole messages are checked as batches, their packets routed by channel id into
/// inboxes, to owning connections and to relay subscribers. Loop thread only.
/// </summary>
internal sealed partial class ReceiveStage(
    NetworkingOptions options,
    ConnectionTable connections,
    ChannelRegistry channels,
    InboxList inboxes,
    SendStage sends,
    SessionStage sessions,
    ConnectionCounters counters,
    BufferPool pool,
    NetworkLog log)
{
    private readonly FrameArena _arena = new();
    private readonly List<byte[]> _trains = [];
    private Connection[] _turns = [];
    private int _next;

    /// <summary>The control packets' receiver; set before the first frame.</summary>
    public ControlStage Control { get; set; } = null!;

    /// <summary>The receiver of requests and responses; set before the first frame.</summary>
    public RequestStage Requests { get; set; } = null!;

    /// <summary>The receiver of tools' results; set before the first frame.</summary>
    public ToolStage Tools { get; set; } = null!;

    /// <summary>Ends the last frame: what inboxes still hold is kept, what it pointed into is free again.</summary>
    public void BeginFrame()
    {
        inboxes.EndFrame();
        foreach (var train in _trains) pool.Arrays.Return(train);
        _trains.Clear();
        _arena.Reset();
    }

    /// <summary>Reads all links once; each frame begins with another one, so that none is always last.</summary>
    public void Drain()
    {
        _clock += sessions.FrameTicks;
        var count = connections.CopyTo(ref _turns);
        if (count == 0) return;
        _next = (_next + 1) % count;

        // A copy: whoever is read may end or resume any other, and the table closes each gap with its last connection.
        var turns = _turns.AsSpan(0, count);
        foreach (var connection in turns[_next..]) Drain(connection);
        foreach (var connection in turns[.._next]) Drain(connection);
        turns.Clear();
    }

    private void Drain(Connection connection)
    {
        if (!connection.HasLink) return;
        if (connection.Link.HasNoInput && connection.Held is null && connection.Outbound.IsDrained) return;
        connection.Rates.Refill(options, sessions.FrameTicks, _clock);
        if (connection.Phase == ConnectionPhase.Authenticating)
        {
            Watch(connection);
            return;
        }

        var link = connection.Link;
        var bytes = options.ReceiveBudgetBytes;
        var packets = options.ReceiveBudgetPackets;
        if (!ReadHeld(connection, ref packets)) bytes = 0;
        if (!connection.HasLink) return;
        while (bytes > 0 && packets > 0 && link.TryReceive(_arena, out var message))
        {
            bytes -= message.Count;
            if (!Read(connection, message, ref packets)) break;
        }

        link.EndReceive();
        if (!connection.HasLink || connection.Link != link) return;
        EndTurn(connection);
    }

    // While its Hello is checked one message at most is taken, and kept for afterwards: the end of a link shows behind its last message.
    private void Watch(Connection connection)
    {
        var packets = 0;
        if (connection.Held is null && connection.Link.TryReceive(_arena, out var message) && Check(connection, message, ref packets) && message.Count > 0)
        {
            Hold(connection, message, isFirst: false);
        }

        if (!connection.HasLink) return;
        connection.Link.EndReceive();
        EndTurn(connection);
    }

    private void EndTurn(Connection connection)
    {
        if (connection.Link.End is { } end) sessions.End(connection, end);
        else if (!connection.Outbound.IsDrained) sends.HandOver(connection);
    }

    private bool Read(Connection connection, ArraySegment<byte> message, ref int packets) =>
        Check(connection, message, ref packets) && ReadPackets(connection, message, wasHeld: false);

    private bool Check(Connection connection, ArraySegment<byte> message, ref int packets)
    {
        var status = BatchValidator.Validate(message, out var count);
        if (status == BatchStatus.MessageTooLarge)
        {
            sessions.DisconnectTooBig(connection, status.Describe());
            return false;
        }

        if (status != BatchStatus.Valid)
        {
            sessions.Disconnect(connection, DisconnectReason.Malformed, status.Describe());
            return false;
        }

        packets -= Math.Max(1, count);
        counters.BatchesReceived++;
        counters.PacketsReceived += count;
        connection.PacketsReceived += (ulong)count;
        return true;
    }

    /// <summary>Reads the packets of a checked message.</summary>
    /// <returns>False when the rest is not read now, or the link has ended.</returns>
    private bool ReadPackets(Connection connection, ArraySegment<byte> message, bool wasHeld)
    {
        var reader = new PacketReader(message);
        while (reader.TryRead(out var header, out var offset))
        {
            var payload = new ArraySegment<byte>(message.Array!, message.Offset + offset, header.PayloadLength);
            var isLast = offset + header.PayloadLength == message.Count;
            if (!(connection.HasSpoken && connection.IsServed) && !Admit(connection, header, payload, isLast)) return false;
            if (connection.Session is { AwaitsProof: true } session) session.Prove();
            var isWithinRate = connection.Rates.TrySpend(header);
            if (header.IsReliable || !isWithinRate)
            {
                var verdict = isWithinRate ? Judge(connection, header, payload.Count) : Limit(connection, header);
                if (verdict == Verdict.Dropped) continue;
                if (verdict == Verdict.Held) Hold(connection, message.AsSpan(offset - PacketHeader.Size), wasHeld && offset == PacketHeader.Size);
                if (verdict != Verdict.Accepted) return false;
            }

            if (!Accept(connection, header, payload)) return false;
        }

        return true;
    }

    /// <summary>Takes what a connection says first: a Hello, or anything else where it may go without.</summary>
    /// <returns>False when nothing else of this message is read.</returns>
    private bool Admit(Connection connection, in PacketHeader header, ArraySegment<byte> payload, bool isLast)
    {
        if (!connection.HasSpoken && sessions.IsHello(connection, header))
        {
            // Hello first, then nothing until Welcome.
            if (!isLast) sessions.Disconnect(connection, DisconnectReason.Malformed, "packets behind Hello and before Welcome");
            else Greet(connection, header, payload);
            return false;
        }

        if (!connection.IsServed && !sessions.AdmitPlain(connection)) return false;
        connection.HasSpoken = true;
        return true;
    }

    private void Greet(Connection connection, in PacketHeader header, ArraySegment<byte> payload)
    {
        sends.Traffic?.In(connection.PeerId, header, payload.Count);
        sessions.Greet(connection, header, payload);
    }

    /// <returns>False when the connection ended.</returns>
    private bool Accept(Connection connection, in PacketHeader header, ArraySegment<byte> payload)
    {
        var status = connection.Trains.Add(header, payload, out var train);
        if (status != TrainStatus.Single) return AcceptOfTrain(connection, header, status, train);
        Route(connection, header, payload);
        return connection.IsServed;
    }

    private bool AcceptOfTrain(Connection connection, in PacketHeader header, TrainStatus status, TrainBuffer train)
    {
        switch (status)
        {
            case TrainStatus.Partial:
                return true;
            case TrainStatus.Complete:
                if (train.Array is not null) _trains.Add(train.Array);
                Route(connection, header, new ArraySegment<byte>(train.Array ?? [], 0, train.Length));
                return connection.IsServed;
            case TrainStatus.TooLarge:
                sessions.DisconnectTooBig(connection, $"packet on channel {header.Channel} above {options.MaxPacketBytes} bytes");
                return false;
            default:
                sessions.Disconnect(connection, DisconnectReason.Malformed, "fragment of another packet inside a train");
                return false;
        }
    }

    private void Route(Connection connection, in PacketHeader header, ArraySegment<byte> payload)
    {
        var id = header.Channel;
        sends.Traffic?.In(connection.PeerId, header, payload.Count);
        if (id == ChannelRanges.Control)
        {
            Control.Handle(connection, header, payload);
            return;
        }

        if (PacketTypes.IsReserved(header.Type))
        {
            if (Requests.TryReceive(connection, header, payload) || Tools.TryReceive(connection, header, payload)) return;
            sessions.Refuse(connection, header, channels.Find(id) is null ? ErrorCode.ChannelNotFound : ErrorCode.InvalidArgument);
        }
        else if (channels.Find(id) is not { } channel)
        {
            sessions.Refuse(connection, header, ErrorCode.ChannelNotFound);
        }
        else if (channel.Options.RequireSubscription && channel.Owner != connection && !channel.Subscribers.Contains(connection))
        {
            sessions.Refuse(connection, header, ErrorCode.NotSubscribed);
        }
        else if (!sessions.Permissions.May(connection, ChannelAction.Send, channel))
        {
            sessions.Refuse(connection, header, ErrorCode.Forbidden);
        }
        else
        {
            Deliver(connection, channel, header, payload);
        }
    }

    private void Deliver(Connection connection, Channel channel, in PacketHeader header, ArraySegment<byte> payload)
    {
        channel.PacketsIn++;
        if (channel.Owner == connection)
        {
            // Sent by its owner: to its subscribers.
            sends.ToSubscribers(channel, connection, Onward(channel, header), payload);
            return;
        }

        if (channel.Owner is null)
        {
            channel.Inbox.Append(new ReceivedPacket(payload, connection.Entity, channel.Id, header.Type, header.Priority, header.IsReliable));
            inboxes.List(channel.Inbox);
        }

        if (channel.Owner is not null || channel.Options.Relay) SendOn(connection, channel, header, payload);
    }

    private void SendOn(Connection connection, Channel channel, in PacketHeader header, ArraySegment<byte> payload)
    {
        var onward = Onward(channel, header);
        ReadOnlySpan<byte> body = payload;
        if (channel.Options.StampSender)
        {
            body = sessions.Serializer.Write(new Relayed(connection.PeerId, header.Type, payload));
            if (body.Length > options.MaxPacketBytes)
            {
                // The stamp makes it longer than any receiver was told to expect.
                sessions.Refuse(connection, header, ErrorCode.LimitExceeded);
                return;
            }

            onward = new PacketHeader(channel.Id, Relayed.WireType, onward.Priority, onward.Flags);
        }

        if (channel.Owner is { } owner) sends.Direct(owner, onward, body);
        if (channel.Options.Relay) sends.ToSubscribers(channel, connection, onward, body);
    }

    // What a connection sends is at most High towards others unless the channel allows Critical.
    private static PacketHeader Onward(Channel channel, in PacketHeader header) =>
        new(
            channel.Id,
            header.Type,
            header.Priority == Priority.Critical && !channel.Options.AllowCritical ? Priority.High : header.Priority,
            header.Flags & PacketFlags.Reliable);
}
