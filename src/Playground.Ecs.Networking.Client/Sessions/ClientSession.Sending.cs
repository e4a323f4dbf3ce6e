using System.Buffers;
using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.Client.Sessions;

// What the application sends, and the batches that leave.
internal sealed partial class ClientSession
{
    private const int PongsMax = 16;

    // Room for any of the packets that keep a link going.
    private const int LinkPacketBytesMax = 64;

    private static readonly Priority[] LinkPacketLanes = [Priority.High, Priority.Critical, Priority.Normal, Priority.Low];

    private readonly ArrayBufferWriter<byte> _scratch = new(256);
    private readonly Queue<ulong> _pongs = new();
    private bool _owesHello;
    private Goodbye? _farewell;

    /// <summary>Sends an unreliable packet; on channel 0 only broadcasts.</summary>
    /// <returns>Ok when queued; NotConnected without a session's link, LimitExceeded, InvalidArgument, Forbidden.</returns>
    public NetworkResult Send(ChannelId channel, ushort type, ReadOnlySpan<byte> payload, Priority priority)
    {
        if (CheckAddress(channel, type, priority) is { } error) return error;
        if (_link.Phase != LinkPhase.Live) return new NetworkError.NotConnected("there is no link to the server; reliable packets would wait for one");
        return Queue(new PacketHeader(channel, type, priority), payload, null);
    }

    /// <summary>Sends a packet that arrives exactly once, however often the link ends; waits where there is no link.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="type">The channel's own packet type.</param>
    /// <param name="payload">The payload, copied.</param>
    /// <param name="priority">Its lane.</param>
    /// <param name="acknowledged">
    /// Called once when the call returned Ok: Ok; NotConnected when the session ended; Timeout: it will not be sent if it had not begun to be,
    /// and may still arrive otherwise.
    /// </param>
    /// <param name="deadline">When to give up; <see cref="long.MaxValue"/>: never.</param>
    /// <returns>Ok when queued; LimitExceeded, InvalidArgument, Forbidden, NotConnected once closed.</returns>
    public NetworkResult SendReliable(
        ChannelId channel, ushort type, ReadOnlySpan<byte> payload, Priority priority, Action<NetworkResult>? acknowledged = null, long deadline = long.MaxValue)
    {
        if (CheckAddress(channel, type, priority) is { } error) return error;
        var delivery = acknowledged is null ? null : new Delivery(acknowledged, deadline);
        var queued = Queue(new PacketHeader(channel, type, priority, PacketFlags.Reliable), payload, delivery);
        if (queued.IsOk && delivery is not null) _deadlines.Add(delivery);
        return queued;
    }

    /// <summary>Asks a channel's owner.</summary>
    /// <param name="channel">The channel, not 0.</param>
    /// <param name="type">The channel's own request type.</param>
    /// <param name="body">The question, copied.</param>
    /// <param name="priority">Its lane.</param>
    /// <param name="answered">Called once when the call returned Ok, with the answer's bytes or an error.</param>
    /// <param name="deadline">When to give up with Timeout; the question is withdrawn if it had not begun to be sent.</param>
    /// <returns>Ok when queued; LimitExceeded, InvalidArgument, Forbidden, NotConnected once closed.</returns>
    public NetworkResult Request(
        ChannelId channel, ushort type, ReadOnlySpan<byte> body, Priority priority, Action<NetworkResult<ReadOnlyMemory<byte>>> answered, long deadline)
    {
        if (CheckAddress(channel, type, priority) is { } error) return error;
        if (channel == ChannelId.Control) return new NetworkError.Forbidden("channel 0 takes no requests of applications");
        var id = _questions.NextId();
        if (!id.IsOk) return id.Error;
        return Ask(new ChannelQuestion(id.Value, channel, answered, deadline), channel, new Request(id.Value, type, body.ToArray()), priority);
    }

    /// <summary>Asks the server (control types 5-8, 10, 11): <c>Ask(id => new Subscribe(id, "echo"), ...)</c>.</summary>
    /// <param name="question">Makes the message with the number that it is given.</param>
    /// <param name="replied">Called once when the call returned Ok, with the reply that is not an error, or an error.</param>
    /// <param name="deadline">When to give up with Timeout.</param>
    /// <returns>Ok when queued; LimitExceeded, NotConnected once closed.</returns>
    public NetworkResult Ask<T>(Func<uint, T> question, Action<NetworkResult<Reply>> replied, long deadline)
        where T : struct, IMessage<T>
    {
        var id = _questions.NextId();
        return id.IsOk ? Ask(new ControlQuestion(id.Value, replied, deadline), ChannelId.Control, question(id.Value), Priority.High) : id.Error;
    }

    /// <summary>Answers a <see cref="ClientEventKind.Request"/> event, once.</summary>
    /// <returns>Ok when queued; NotConnected when the session that asked is over; LimitExceeded when the queue is full.</returns>
    public NetworkResult Respond(ChannelId channel, in RequestId request, NetworkResult<ReadOnlyMemory<byte>> answer)
    {
        if (request.Session != _session) return new NetworkError.NotConnected("the session that asked is lost");
        var response = answer.IsOk
            ? Response.Done(request.Id, answer.Value)
            : Response.Failed(request.Id, answer.Error.Code, answer.Error.Message);
        var header = new PacketHeader(channel, Response.WireType, request.Priority, request.IsReliable ? PacketFlags.Reliable : PacketFlags.None);
        var queued = Queue(header, Write(response), null);

        // An answer that is too large is still an answer.
        if (queued.Error is NetworkError.LimitExceeded error && answer.IsOk)
            return Queue(header, Write(Response.Failed(request.Id, error.Code, error.Message)), null);
        return queued;
    }

    /// <summary>Answers a <see cref="ClientEventKind.ToolCall"/> event, once.</summary>
    /// <returns>Ok when queued; NotConnected when the session that called is over; LimitExceeded when the queue is full.</returns>
    public NetworkResult AnswerTool(ChannelId channel, in RequestId call, bool isError, string content)
    {
        var queued = SendTool(channel, call, new ToolResult(call.Id, isError, content));

        // A result that is too large is still an answer.
        if (queued.Error is NetworkError.LimitExceeded error)
            return SendTool(channel, call, new ToolResult(call.Id, true, ClientToolOutput.Error($"The result is too large. {error.Message}").Content));
        return queued;
    }

    /// <summary>Says how far a <see cref="ClientEventKind.ToolCall"/> event is; leaves half of the queue to what matters more.</summary>
    /// <returns>Ok when queued; NotConnected when the session that called is over; LimitExceeded.</returns>
    public NetworkResult ReportTool(ChannelId channel, in RequestId call, in ToolProgress progress)
    {
        var half = _options.SendQueueBytes / 2;
        if (_outbox.Bytes > half) return new NetworkError.LimitExceeded(nameof(ClientOptions.SendQueueBytes), half, _outbox.Bytes);
        return SendTool(channel, call, progress);
    }

    /// <summary>Writes the next WebSocket message; false when nothing waits.</summary>
    public bool TryTakeBatch(IBufferWriter<byte> message)
    {
        var batch = new BatchWriter(message);
        if (_link.Phase == LinkPhase.Live) WriteLive(ref batch);
        else if (_link.Phase == LinkPhase.Greeting) WriteHello(ref batch);
        else if (_link.Phase == LinkPhase.Closing) WriteFarewell(ref batch);
        if (batch.Packets == 0) return false;
        Counters.BytesSent += batch.Bytes;
        Counters.PacketsSent += batch.Packets;
        _liveness.Sent(_now);
        return true;
    }

    /// <summary>
    /// Whether the session wants its link closed, after the batches that were taken before; once per link. 1006: abort it. The driver says
    /// LinkClosed when that is done, in any case.
    /// </summary>
    public bool TryTakeClose(out ushort code, out string reason) => _link.TryTakeClose(out code, out reason);

    private static NetworkError? CheckAddress(ChannelId channel, ushort type, Priority priority)
    {
        if (channel == ChannelId.Control)
        {
            if (type != (ushort)ControlType.Broadcast) return new NetworkError.Forbidden("of channel 0, applications send broadcasts alone");
        }
        else if (PacketTypes.IsReserved(type))
        {
            return new NetworkError.InvalidArgument($"packet type {type} is reserved: types end below {ProtocolLimits.ReservedTypesFirst}");
        }

        return priority > Priority.Low ? new NetworkError.InvalidArgument($"there is no priority {(byte)priority}") : null;
    }

    private NetworkResult Ask<T>(Question question, ChannelId channel, in T message, Priority priority)
        where T : struct, IMessage<T>
    {
        var queued = Queue(new PacketHeader(channel, T.WireType, priority, PacketFlags.Reliable), Write(message), question);
        if (!queued.IsOk) return queued;
        _questions.Add(question);
        _deadlines.Add(question);
        return queued;
    }

    private NetworkResult SendTool<T>(ChannelId channel, in RequestId call, in T message)
        where T : struct, IMessage<T>
    {
        if (call.Session != _session) return new NetworkError.NotConnected("the session that called is lost");
        var header = new PacketHeader(channel, T.WireType, call.Priority, call.IsReliable ? PacketFlags.Reliable : PacketFlags.None);
        return Queue(header, Write(message), null);
    }

    private NetworkResult Queue(in PacketHeader header, ReadOnlySpan<byte> payload, Waiting? waiting)
    {
        if (_link.Phase == LinkPhase.Over || _link.IsLeaving) return new NetworkError.NotConnected("the client is closed");
        if (payload.Length > MaxPacketBytes) return new NetworkError.LimitExceeded(nameof(ClientOptions.MaxPacketBytes), MaxPacketBytes, payload.Length);
        return _outbox.Add(header, payload, waiting);
    }

    private void WriteHello(ref BatchWriter batch)
    {
        if (!_owesHello) return;
        _owesHello = false;
        var received = _stream.Receiver.LastReceived;
        Write(new Hello(ProtocolLimits.Version, _options.ClientName, AuthToken, _resumeToken, received.Value), Priority.High, ref batch);
        _stream.Receiver.Acknowledged();
    }

    private void WriteFarewell(ref BatchWriter batch)
    {
        if (_farewell is not { } goodbye || FreeLane() is not { } lane) return;
        _farewell = null;
        Write(goodbye, lane, ref batch);
    }

    private void WriteLive(ref BatchWriter batch)
    {
        WriteLinkPackets(ref batch);
        _stream.ReplayInto(ref batch);
        _outbox.TakeInto(ref batch, _stream);
        WriteLinkPackets(ref batch);
        _liveness.Acknowledged(_stream.IsAcknowledged, hasAdvanced: false, _now);
        if (_link.IsLeaving) WriteLeave(ref batch);
    }

    private void WriteLeave(ref BatchWriter batch)
    {
        // What is reliable is waited for: the ack timer, or the driver's patience, ends a server that does not answer.
        if (_outbox.Bytes > 0 || !_stream.IsAcknowledged || !batch.HasRoomFor(LinkPacketBytesMax)) return;
        Write(new Goodbye(ErrorCode.None, string.Empty, 0), Priority.High, ref batch);
        _link.Close(CloseCode.Normal, string.Empty, null, isFinal: true);
    }

    // Ack, Pong and Ping go before all else, but not into the middle of a train.
    private void WriteLinkPackets(ref BatchWriter batch)
    {
        if (!_stream.Receiver.OwesAck && _pongs.Count == 0 && !_liveness.OwesPing) return;
        if (FreeLane() is not { } lane) return;
        if (_stream.Receiver.OwesAck && batch.HasRoomFor(LinkPacketBytesMax))
        {
            Write(new Ack(_stream.Receiver.LastReceived.Value), lane, ref batch);
            _stream.Receiver.Acknowledged();
        }

        while (_pongs.Count > 0 && batch.HasRoomFor(LinkPacketBytesMax)) Write(new Pong(_pongs.Dequeue()), lane, ref batch);
        if (_liveness.OwesPing && batch.HasRoomFor(LinkPacketBytesMax)) Write(_liveness.TakePing(_now), lane, ref batch);
    }

    private Priority? FreeLane()
    {
        foreach (var lane in LinkPacketLanes)
        {
            if (!_outbox.IsInUnreliableTrain(lane)) return lane;
        }

        return null;
    }

    private void Write<T>(in T message, Priority priority, ref BatchWriter batch)
        where T : struct, IMessage<T> =>
        batch.Write(new PacketHeader(ChannelId.Control, T.WireType, priority), Write(message));

    private ReadOnlySpan<byte> Write<T>(in T message)
        where T : struct, IMessage<T>
    {
        _scratch.ResetWrittenCount();
        message.WriteTo(_scratch);
        return _scratch.WrittenSpan;
    }
}
