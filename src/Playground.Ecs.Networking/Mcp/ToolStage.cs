using Playground.Ecs.Networking.Channels;
using Playground.Ecs.Networking.Loop;
using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Sending;
using Playground.Ecs.Networking.Sessions;

namespace Playground.Ecs.Networking.Mcp;

/// <summary>
/// Tool calls on the loop (PROTOCOL.md, section 6): each goes to its tool's channel and is answered once, whatever ends first. Loop thread only.
/// </summary>
internal sealed partial class ToolStage(
    NetworkingOptions options, ToolRegistry registry, InboxList inboxes, SendStage sends, SessionStage sessions, HandlerFailures failures, HandlerTimes times, ToolCounters counters)
{
    private readonly Dictionary<uint, PendingToolCall> _pending = [];
    private readonly Deadlines<PendingToolCall> _deadlines = new(static call => call.IsDone);
    private uint _lastId;
    private bool _isOver;

    /// <summary>The models' sessions, which hear of their calls. Set before the first frame.</summary>
    public LlmSessions Models { get; set; } = null!;

    /// <summary>Sends a call on its way; what stands against that is its answer.</summary>
    public void Begin(PendingToolCall call)
    {
        // Whoever gave up by now asked for nothing to be done.
        if (call.Answered.IsCompleted) return;
        if (_isOver) Answer(call, Stopping);
        else if (call.Session is { IsOver: true }) Answer(call, "This session is over.");
        else if (registry.Find(call.Tool) is not { } tool) Answer(call, ToolRegistry.NotFound(call.Tool));
        else Begin(call, tool);
    }

    private void Begin(PendingToolCall call, RegisteredTool tool)
    {
        do call.Id = ++_lastId;
        while (!_pending.TryAdd(call.Id, call));
        call.Target = tool;
        tool.Calls.Add(call);
        counters.Pending++;
        counters.Calls++;
        tool.Channel.PacketsIn++;
        if (call.Session is { } session) Models.NoteCall(session, call);
        EndAfter(call);
        if (tool.Handler is not null) Enqueue(call);
        else if (tool.Channel.Owner is { } owner) Forward(call, owner);
        else Deliver(call, sessions.Serializer.Write(call.ToMessage()).ToArray());
    }

    // To a peer.
    private void Forward(PendingToolCall call, Connection owner)
    {
        var packet = sessions.Serializer.Write(call.ToMessage());
        if (packet.Length > options.MaxPacketBytes)
        {
            Complete(call, $"The arguments are too long for this tool: {packet.Length} bytes; NetworkingOptions.MaxPacketBytes is {options.MaxPacketBytes}.");
            return;
        }

        // An owner whose queue is full goes on: it is not for models to end its session.
        if (!sends.TryAsk(owner, new PacketHeader(call.Target!.Channel.Id, ToolCall.WireType, Priority.High, PacketFlags.Reliable), packet))
        {
            Complete(call, $"The tool '{call.Tool}' has too much waiting; try again later.");
            return;
        }

        call.Target.Channel.PacketsOut++;
    }

    // To whoever receives the channel in this process.
    private void Deliver(PendingToolCall call, byte[] packet)
    {
        var inbox = call.Target!.Channel.Inbox;
        if (!inbox.AcceptsReliable(packet.Length))
        {
            Complete(call, $"The tool '{call.Tool}' has too many calls waiting; try again later.");
            return;
        }

        Append(call, ToolCall.WireType, packet);
    }

    private void Append(PendingToolCall call, ushort type, byte[] packet)
    {
        var channel = call.Target!.Channel;
        var sender = call.Session is { } session ? session.Entity : Entity.Null;
        channel.Inbox.Append(new ReceivedPacket(packet, sender, channel.Id, type, Priority.High, isReliable: true));
        inboxes.List(channel.Inbox);
    }

    /// <summary>Takes a peer's packet about tools; a malformed one ends its link with 4501.</summary>
    /// <returns>False when the packet is none.</returns>
    public bool TryReceive(Connection connection, in PacketHeader header, ArraySegment<byte> payload)
    {
        bool understood;
        if (header.Type == ToolResult.WireType) understood = OnResult(connection, header, payload);
        else if (header.Type == ToolProgress.WireType) understood = OnProgress(connection, header, payload);
        else if (header.Type == ToolCall.WireType || header.Type == ToolCancel.WireType) understood = Refuse(connection, header);
        else return false;
        if (!understood) sessions.Disconnect(connection, DisconnectReason.Malformed, $"{(ReservedType)header.Type} is malformed");
        return true;
    }

    private bool OnResult(Connection connection, in PacketHeader header, ArraySegment<byte> payload)
    {
        if (!ToolResult.TryRead(payload, out var message)) return false;
        if (!_pending.TryGetValue(message.Id, out var call)) counters.Late++;
        else if (!IsFrom(call, connection, header)) return Refuse(connection, header);
        else Complete(call, ToolAnswer.Of(message.Content, message.IsError));
        return true;
    }

    private bool OnProgress(Connection connection, in PacketHeader header, ArraySegment<byte> payload)
    {
        if (!ToolProgress.TryRead(payload, out var message)) return false;
        if (!_pending.TryGetValue(message.Id, out var call)) counters.Late++;
        else if (!IsFrom(call, connection, header)) return Refuse(connection, header);
        else call.Note(ToolNote.Of(message.Progress, message.Total, message.Message));
        return true;
    }

    // Results are accepted only from the tool's registrant, on its channel.
    private static bool IsFrom(PendingToolCall call, Connection connection, in PacketHeader header) =>
        call.Target!.Channel.Owner == connection && call.Target.Channel.Id == header.Channel;

    private bool Refuse(Connection connection, in PacketHeader header)
    {
        sessions.Refuse(connection, header, ErrorCode.Forbidden);
        return true;
    }

    /// <summary>The application's answer to a call that it received as a packet.</summary>
    public NetworkResult Complete(Channel channel, uint callId, ToolOutput output)
    {
        if (Find(channel, callId) is not { } call) return NoSuchCall(channel, callId);
        Complete(call, ToolAnswer.Of(output));
        return NetworkResult.Ok;
    }

    /// <summary>The application's progress on a call that it received as a packet.</summary>
    public NetworkResult Report(Channel channel, uint callId, in ToolNote note)
    {
        if (Find(channel, callId) is not { } call) return NoSuchCall(channel, callId);
        call.Note(note);
        return NetworkResult.Ok;
    }

    private PendingToolCall? Find(Channel channel, uint callId) =>
        _pending.TryGetValue(callId, out var call) && call.Target!.Channel == channel && call.Target.Handler is null && channel.Owner is null ? call : null;

    private static NetworkError.InvalidArgument NoSuchCall(Channel channel, uint callId) =>
        new($"no tool call {callId} waits on channel {channel.Id} (any more)");

    private void Complete(PendingToolCall call, string error) => Complete(call, ToolAnswer.Of(ToolOutput.Error(error)));

    /// <summary>Gives the caller the answer, the first one only.</summary>
    private void Complete(PendingToolCall call, in ToolAnswer answer)
    {
        if (!Forget(call)) return;
        // What waits for the session goes with the result that it gets, not with one that a tool of its asked for.
        call.Answer(call is { Session: { } session, Listener: null, Answered.IsCompleted: false } ? answer.With(Models.TakeMessages(session)) : answer);
    }

    private static void Answer(PendingToolCall call, string error) => call.Answer(ToolAnswer.Of(ToolOutput.Error(error)));

    /// <returns>False when it was done before.</returns>
    private bool Forget(PendingToolCall call)
    {
        if (call.IsDone || call.Target is not { } tool) return false;
        call.IsDone = true;
        counters.Pending--;
        _pending.Remove(call.Id);
        tool.Calls.Remove(call);
        call.Session?.Calls.Remove(call);
        CallOff(call);
        return true;
    }
}
