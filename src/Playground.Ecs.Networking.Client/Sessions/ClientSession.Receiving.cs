using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.Client.Sessions;

// What the server sends.
internal sealed partial class ClientSession
{
    private const int ResumeTokenBytesMax = 1024;

    private int _serverVersion;

    /// <summary>Takes one whole binary message; its bytes are not kept. A message above 64 KiB ends the link with 1009.</summary>
    public void Receive(ReadOnlyMemory<byte> message, long now)
    {
        _now = now;
        if (_link.Phase is not (LinkPhase.Greeting or LinkPhase.Live)) return;
        _liveness.Received(now);
        var status = BatchValidator.Validate(message.Span, out var packets);
        if (status != BatchStatus.Valid)
        {
            Violate(status.ToCloseCode(), status.Describe());
            return;
        }

        Counters.BytesReceived += message.Length;
        Counters.PacketsReceived += packets;
        var reader = new PacketReader(message.Span);
        while (_link.Phase is LinkPhase.Greeting or LinkPhase.Live && reader.TryRead(out var header, out var offset))
        {
            Take(header, message.Slice(offset, header.PayloadLength));
        }
    }

    /// <summary>The driver received what no batch can be: a text message (1003).</summary>
    public void Refuse(CloseCode code, string detail, long now)
    {
        _now = now;
        if (_link.Phase is LinkPhase.Greeting or LinkPhase.Live) Violate(code, detail);
    }

    private void Take(in PacketHeader header, ReadOnlyMemory<byte> payload)
    {
        if (_link.Phase == LinkPhase.Greeting)
        {
            TakeBeforeWelcome(header, payload);
            return;
        }

        if (header.IsReliable && !IsNext(header)) return;
        switch (_stream.Trains.Add(header, payload.Span, out var train))
        {
            case TrainStatus.Single:
                Accept(header, payload);
                break;
            case TrainStatus.Partial:
                if (header.IsReliable) _stream.Receiver.Accept();
                break;
            case TrainStatus.Complete:
                Accept(header, train.Memory);
                if (train.Array is not null) _pool.Return(train.Array);
                break;
            case TrainStatus.TooLarge:
                Violate(CloseCode.MessageTooBig, $"a packet is above {_options.MaxPacketBytes} bytes");
                break;
            default:
                Violate(CloseCode.Malformed, "a packet of another channel or type is in the middle of a train");
                break;
        }
    }

    private bool IsNext(in PacketHeader header)
    {
        if (header.Channel == ChannelId.Control && PacketTypes.IsNeverReliable((ControlType)header.Type))
        {
            Violate(CloseCode.Malformed, $"control type {header.Type} is reliable");
            return false;
        }

        switch (_stream.Receiver.Check(new Sequence(header.Sequence)))
        {
            case ReliableStatus.Next:
                return true;
            case ReliableStatus.Duplicate:
                Counters.Duplicates++;
                _stream.Receiver.Drop();
                return false;
            default:
                Violate(CloseCode.SequenceViolation, $"sequence {header.Sequence} came after {_stream.Receiver.LastReceived}");
                return false;
        }
    }

    private void Accept(in PacketHeader header, ReadOnlyMemory<byte> payload)
    {
        if (header.IsReliable) _stream.Receiver.Accept();
        if (header.Channel == ChannelId.Control) TakeControl(header, payload);
        else if (PacketTypes.IsReserved(header.Type)) TakeReserved(header, payload);
        else Surface(header, header.Type, payload, null);
    }

    private void TakeBeforeWelcome(in PacketHeader header, ReadOnlyMemory<byte> payload)
    {
        if (header.Channel == ChannelId.Control && header.Flags == PacketFlags.None)
        {
            switch ((ControlType)header.Type)
            {
                case ControlType.Welcome:
                    if (Read<Welcome>(payload, out var welcome)) Greet(welcome);
                    return;
                case ControlType.Goodbye:
                    if (Read<Goodbye>(payload, out var goodbye)) _link.Goodbye = goodbye;
                    return;
                case ControlType.Error:
                    if (Read<ErrorMessage>(payload, out var error)) Surface(error);
                    return;
            }
        }

        Violate(CloseCode.Malformed, $"type {header.Type} of channel {header.Channel} came before Welcome");
    }

    private void Greet(in Welcome welcome)
    {
        _serverVersion = welcome.Version;
        if (welcome.Version != ProtocolLimits.Version)
        {
            Violate(CloseCode.UnsupportedVersion, $"the server speaks version {welcome.Version}");
            return;
        }

        if (welcome.ResumeToken.Length > ResumeTokenBytesMax || (welcome.Resumed && _resumeToken.Length == 0))
        {
            Violate(CloseCode.Malformed, "Welcome resumes nothing, or its token is too long");
            return;
        }

        var isFirst = _session == 0;
        if (!welcome.Resumed) BeginSession();
        if (_stream.Acknowledge(new Sequence(welcome.LastReceived)) is AckStatus.Stale or AckStatus.Impossible)
        {
            Violate(CloseCode.SequenceViolation, $"Welcome acknowledges {welcome.LastReceived}, which cannot be");
            return;
        }

        BeginLive(welcome);
        Enter(isFirst ? new ClientState.Connected(PeerId) : welcome.Resumed ? new ClientState.Resumed(PeerId) : new ClientState.SessionLost(PeerId));
        ForgetTooLarge();
    }

    private void BeginSession()
    {
        if (_session++ == 0) return;
        Counters.SessionsLost++;
        Fail(new NetworkError.NotConnected("the session was lost: the server began a new one"));
        _stream.Dispose();
        _stream = new ReliableStream(_options, _pool);
    }

    private void BeginLive(in Welcome welcome)
    {
        _resumeToken = welcome.ResumeToken.ToArray();
        PeerId = welcome.PeerId;
        MaxPacketBytes = (int)Math.Min((uint)_options.MaxPacketBytes, welcome.MaxPacketBytes);
        Counters.Links++;
        _link.Welcomed();
        _stream.BeginReplay();
        _liveness.Welcomed(welcome.HeartbeatMs, _now);
        _liveness.Acknowledged(_stream.IsAcknowledged, hasAdvanced: true, _now);
    }

    // Queued before the server said what it takes; sent now they would cost the link.
    private void ForgetTooLarge()
    {
        var count = _outbox.FailAbove(MaxPacketBytes);
        if (count == 0) return;
        var error = new NetworkError.LimitExceeded(nameof(ClientOptions.MaxPacketBytes), MaxPacketBytes, MaxPacketBytes + 1);
        _inbox.Keep(new ClientEvent { Kind = ClientEventKind.Error, Error = error });
    }

    private void TakeControl(in PacketHeader header, ReadOnlyMemory<byte> payload)
    {
        switch ((ControlType)header.Type)
        {
            case ControlType.Ack:
                if (Read<Ack>(payload, out var ack)) TakeAck(ack);
                break;
            case ControlType.Ping:
                if (Read<Ping>(payload, out var ping)) TakePing(ping);
                break;
            case ControlType.Pong:
                if (Read<Pong>(payload, out var pong)) _liveness.Ponged(pong.Stamp, _now);
                break;
            case ControlType.Broadcast:
                Surface(header, header.Type, payload, null);
                break;
            case ControlType.Reply:
                if (Read<Reply>(payload, out var reply) && !_questions.TryAnswer(reply)) Counters.LateAnswers++;
                break;
            case ControlType.Error:
                if (Read<ErrorMessage>(payload, out var error)) Surface(error);
                break;
            case ControlType.Goodbye:
                if (Read<Goodbye>(payload, out var goodbye)) _link.Goodbye = goodbye;
                break;
            case ControlType.Welcome:
                Violate(CloseCode.Malformed, "a second Welcome came");
                break;
            case var type when PacketTypes.IsClientOnly(type):
                Violate(CloseCode.Malformed, $"the server sent {type}");
                break;
        }
    }

    private void TakeAck(in Ack ack)
    {
        switch (_stream.Acknowledge(new Sequence(ack.Sequence)))
        {
            case AckStatus.Advanced:
                _liveness.Acknowledged(_stream.IsAcknowledged, hasAdvanced: true, _now);
                break;
            case AckStatus.Stale:
                Counters.StaleAcks++;
                break;
            case AckStatus.Impossible:
                Violate(CloseCode.SequenceViolation, $"{ack.Sequence} is acknowledged and was never sent");
                break;
        }
    }

    private void TakePing(in Ping ping)
    {
        // A flood of pings earns no flood of pongs.
        if (_pongs.Count == PongsMax) _pongs.Dequeue();
        _pongs.Enqueue(ping.Stamp);
    }

    private void TakeReserved(in PacketHeader header, ReadOnlyMemory<byte> payload)
    {
        switch ((ReservedType)header.Type)
        {
            case ReservedType.Request:
                if (Read<Request>(payload, out var request)) Surface(header, request);
                break;
            case ReservedType.Response:
                if (Read<Response>(payload, out var response) && !_questions.TryAnswer(header.Channel, response)) Counters.LateAnswers++;
                break;
            case ReservedType.ToolCall:
                if (Read<ToolCall>(payload, out var call)) Surface(header, call);
                break;
            case ReservedType.ToolCancel:
                if (Read<ToolCancel>(payload, out var cancel)) Surface(header, cancel);
                break;
            case ReservedType.Relayed:
                if (Read<Relayed>(payload, out var relayed)) Surface(header, relayed.Type, relayed.Body, relayed.PeerId);
                break;
            default:
                Surface(header, header.Type, payload, null);
                break;
        }
    }

    private void Surface(in PacketHeader header, ushort type, ReadOnlyMemory<byte> payload, string? sender)
    {
        var packet = new ClientEvent
        {
            Kind = ClientEventKind.Packet,
            Channel = header.Channel,
            Type = type,
            Priority = header.Priority,
            IsReliable = header.IsReliable,
            Data = payload.ToArray(),
            Sender = sender,
        };
        if (header.IsReliable) _inbox.Keep(packet);
        else _inbox.Offer(packet);
    }

    private void Surface(in PacketHeader header, in Request request) => _inbox.Keep(new ClientEvent
    {
        Kind = ClientEventKind.Request,
        Channel = header.Channel,
        Type = request.Type,
        Priority = header.Priority,
        IsReliable = header.IsReliable,
        Data = request.Body.ToArray(),
        RequestId = new RequestId(_session, request.Id, header.Priority, header.IsReliable),
    });

    private void Surface(in PacketHeader header, in ToolCall call) => _inbox.Keep(new ClientEvent
    {
        Kind = ClientEventKind.ToolCall,
        Channel = header.Channel,
        Call = call,
        RequestId = new RequestId(_session, call.Id, header.Priority, header.IsReliable),
    });

    private void Surface(in PacketHeader header, in ToolCancel cancel) => _inbox.Keep(new ClientEvent
    {
        Kind = ClientEventKind.ToolCancel,
        Channel = header.Channel,
        RequestId = new RequestId(_session, cancel.Id, header.Priority, header.IsReliable),
    });

    private void Surface(in ErrorMessage error) => _inbox.Offer(new ClientEvent
    {
        Kind = ClientEventKind.Error,
        Channel = error.Channel,
        Type = error.PacketType,
        Error = NetworkError.FromPeer(error.Error, error.Message, error.Channel),
    });

    private bool Read<T>(ReadOnlyMemory<byte> payload, out T message)
        where T : struct, IMessage<T>
    {
        if (T.TryRead(payload, out message)) return true;
        Violate(CloseCode.Malformed, $"{typeof(T).Name} cannot be read");
        return false;
    }
}
