using System.Buffers;
using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Testing.Frames;

namespace Playground.Ecs.Networking.Tests.Mcp;

/// <summary>A remote peer with a session that offers tools and answers their calls by hand.</summary>
internal sealed class ToolPeer
{
    private readonly NetworkHarness _harness;
    private readonly List<PeerPacket> _control = [];
    private uint _requests;

    public ToolPeer(NetworkHarness harness, string name = "tools")
    {
        _harness = harness;
        Session = SessionPeer.Connect(harness, name);
    }

    public SessionPeer Session { get; }

    /// <summary>Calls that arrived.</summary>
    public List<(ChannelId Channel, bool IsReliable, ToolCall Call)> Calls { get; } = [];

    /// <summary>Cancellations that arrived.</summary>
    public List<ToolCancel> Cancels { get; } = [];

    /// <summary>Errors that arrived.</summary>
    public List<ErrorMessage> Errors { get; } = [];

    /// <summary>Registers a channel of its own.</summary>
    public ChannelId Own(string name)
    {
        Session.Send(new RegisterChannel(++_requests, name, default));
        var reply = TakeReply();
        return reply.TryReadChannel(out var channel) ? channel : throw new InvalidOperationException(reply.Message);
    }

    public Reply Offer(string name, ChannelId channel, string schema = """{"type":"object"}""", string? description = null)
    {
        Session.Send(new RegisterMcpTool(++_requests, name, description ?? $"Does {name}.", schema, channel));
        return TakeReply();
    }

    public Reply Withdraw(string name)
    {
        Session.Send(new UnregisterMcpTool(++_requests, name));
        return TakeReply();
    }

    public Reply Unregister(ChannelId channel)
    {
        Session.Send(new UnregisterChannel(++_requests, channel));
        return TakeReply();
    }

    public Reply Subscribe(ChannelReference channel)
    {
        Session.Send(new Subscribe(++_requests, channel));
        return TakeReply();
    }

    public void Answer(ChannelId channel, uint id, string content = "\"done\"", bool isError = false) =>
        Send(channel, new ToolResult(id, isError, content));

    public void Progress(ChannelId channel, uint id, double progress, double? total = null, string? message = null) =>
        Send(channel, new ToolProgress(id, progress, total, message));

    public void Send<T>(ChannelId channel, in T message)
        where T : struct, IMessage<T>
    {
        var body = new ArrayBufferWriter<byte>();
        message.WriteTo(body);
        Session.Send(channel, T.WireType, body.WrittenSpan);
    }

    /// <summary>Runs frames and takes what they brought.</summary>
    public void Step(int frames = 1)
    {
        for (; frames > 0; frames--)
        {
            _harness.Step();
            Take();
        }
    }

    public void Take()
    {
        Session.Take();
        foreach (var packet in Session.Packets) Take(packet);
        Session.Packets.Clear();
    }

    /// <summary>Runs a frame and takes the answer to a question, which must be the only one.</summary>
    public Reply TakeReply()
    {
        Step();
        var packet = _control.Single(static p => p.IsControl<Reply>());
        _control.Clear();
        if (!packet.IsReliable) throw new InvalidOperationException("The question was reliable, its answer is not.");
        return Reply.TryRead(packet.Data, out var reply) ? reply : throw new InvalidOperationException($"Not a Reply: {packet}.");
    }

    private void Take(PeerPacket packet)
    {
        if (packet.IsControl<ErrorMessage>() && ErrorMessage.TryRead(packet.Data, out var error)) Errors.Add(error);
        else if (packet.Channel == ChannelRanges.Control) _control.Add(packet);
        else if (packet.Type == ToolCall.WireType && ToolCall.TryRead(packet.Data, out var call)) Calls.Add((packet.Channel, packet.IsReliable, call));
        else if (packet.Type == ToolCancel.WireType && ToolCancel.TryRead(packet.Data, out var cancel)) Cancels.Add(cancel);
        else throw new InvalidOperationException($"Nothing about tools: {packet}.");
    }
}
