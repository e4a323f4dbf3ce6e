using System.Diagnostics.CodeAnalysis;
using Playground.Ecs.Networking.Mcp;
using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Requests;
using Playground.Ecs.Networking.Sending;
using Playground.Ecs.Networking.Sessions;

namespace Playground.Ecs.Networking.Channels;

/// <summary>
/// The loop's own, allocation-free way to use a channel. Loop thread only (or the setting-up thread before the first frame).
/// </summary>
/// <remarks>From other threads use the system's async methods.</remarks>
public sealed class Channel
{
    private readonly NetworkingSystem _system;

    internal Channel(NetworkingSystem system, ChannelId id, string name, PluginOptions options, Connection? owner, Inbox inbox)
    {
        _system = system;
        Id = id;
        Name = name;
        Options = options;
        Owner = owner;
        Inbox = inbox;
        RequestHandler = options.RequestHandler;
    }

    /// <summary>The channel's address.</summary>
    public ChannelId Id { get; }

    /// <summary>The name it was registered under.</summary>
    public string Name { get; }

    /// <summary>True for the system channels 1-999.</summary>
    public bool IsSystem => ChannelRanges.IsSystem(Id);

    /// <summary>False once the channel was unregistered; sends fail then.</summary>
    public bool IsRegistered { get; internal set; } = true;

    /// <summary>Connections subscribed now.</summary>
    public int SubscriberCount => Subscribers.Count;

    /// <summary>Packets that wait to be received.</summary>
    public int WaitingCount => Inbox.Count;

    /// <summary>How the channel treats its packets.</summary>
    public PluginOptions Options { get; }

    internal Connection? Owner { get; }

    internal Inbox Inbox { get; }

    internal SubscriberSet Subscribers { get; } = new();

    internal Entity Entity { get; set; } = Entity.Null;

    internal RequestHandler? RequestHandler { get; set; }

    /// <summary>Unanswered requests to it and in its name; null: there never was one.</summary>
    internal HashSet<PendingRequest>? Requests { get; set; }

    /// <summary>Exceptions of its handler, and when one was last logged.</summary>
    internal long Failures { get; set; }

    internal long LastFailureLogged { get; set; }

    /// <summary>Frames in which its handlers took more than their share, and when that was last logged.</summary>
    internal long Overruns { get; set; }

    internal long LastOverrunLogged { get; set; }

    /// <summary>Only peers of this machine may do anything on it.</summary>
    internal bool IsForThisMachine { get; set; }

    internal long PacketsIn { get; set; }

    internal long PacketsOut { get; set; }

    /// <summary>Takes the packets that wait. Not copied: they are valid until the frame ends. Each packet goes to one caller.</summary>
    public ReadOnlySpan<ReceivedPacket> Receive()
    {
        _system.DemandLoop();
        return Inbox.Take();
    }

    /// <summary>Sends to the channel's subscribers, and unless the channel turned loopback off to its own inbox, at the end of the frame.</summary>
    /// <param name="packetType">The channel's own message number, below 0xFF00.</param>
    /// <param name="data">The payload; copied before the call returns.</param>
    /// <param name="priority">Its lane; Critical leaves at once.</param>
    /// <returns>Ok when queued; ChannelNotFound, InvalidArgument, LimitExceeded or NotConnected otherwise.</returns>
    public NetworkResult Send(ushort packetType, ReadOnlySpan<byte> data, Priority priority = Priority.Normal)
    {
        _system.DemandLoop();
        return _system.Sends.ToChannel(this, packetType, data, priority);
    }

    /// <inheritdoc cref="Send(ushort, ReadOnlySpan{byte}, Priority)"/>
    public NetworkResult Send(ushort packetType, byte[] data, Priority priority = Priority.Normal) =>
        Send(packetType, new ReadOnlySpan<byte>(data), priority);

    /// <summary>Sends <paramref name="value"/> as MessagePack; see <see cref="Send(ushort, ReadOnlySpan{byte}, Priority)"/>.</summary>
    /// <exception cref="T:MessagePack.MessagePackSerializationException"><typeparamref name="T"/> cannot be serialized.</exception>
    [RequiresDynamicCode(PayloadSerializer.NeedsDynamicCode)]
    [RequiresUnreferencedCode(PayloadSerializer.NeedsUnreferencedCode)]
    public NetworkResult Send<T>(ushort packetType, in T value, Priority priority = Priority.Normal)
    {
        _system.DemandLoop();
        return _system.Sends.ToChannel(this, packetType, _system.Serializer.Serialize(value), priority);
    }

    /// <summary>Sends to one connection on this channel, subscribed or not.</summary>
    /// <param name="connection">The connection's entity.</param>
    /// <param name="packetType">The channel's own message number, below 0xFF00.</param>
    /// <param name="data">The payload; copied before the call returns.</param>
    /// <param name="priority">Its lane; Critical leaves at once.</param>
    /// <returns>Ok when queued; ChannelNotFound, InvalidArgument, LimitExceeded or NotConnected otherwise.</returns>
    public NetworkResult SendTo(Entity connection, ushort packetType, ReadOnlySpan<byte> data, Priority priority = Priority.Normal)
    {
        _system.DemandLoop();
        return _system.Sends.ToConnection(this, connection, packetType, data, priority);
    }

    /// <inheritdoc cref="SendTo(Entity, ushort, ReadOnlySpan{byte}, Priority)"/>
    public NetworkResult SendTo(Entity connection, ushort packetType, byte[] data, Priority priority = Priority.Normal) =>
        SendTo(connection, packetType, new ReadOnlySpan<byte>(data), priority);

    /// <summary>Sends <paramref name="value"/> as MessagePack; see <see cref="SendTo(Entity, ushort, ReadOnlySpan{byte}, Priority)"/>.</summary>
    /// <exception cref="T:MessagePack.MessagePackSerializationException"><typeparamref name="T"/> cannot be serialized.</exception>
    [RequiresDynamicCode(PayloadSerializer.NeedsDynamicCode)]
    [RequiresUnreferencedCode(PayloadSerializer.NeedsUnreferencedCode)]
    public NetworkResult SendTo<T>(Entity connection, ushort packetType, in T value, Priority priority = Priority.Normal)
    {
        _system.DemandLoop();
        return _system.Sends.ToConnection(this, connection, packetType, _system.Serializer.Serialize(value), priority);
    }

    /// <summary>
    /// Sends to the channel's sessions, each exactly once and in order over all its links (PROTOCOL.md, section 8), and unless the
    /// channel turned loopback off to its own inbox. Plain subscribers get it unreliably. Nobody waits: see
    /// <see cref="NetworkingSystem.SendReliableAsync(ChannelId, ushort, ReadOnlyMemory{byte}, Priority, TimeSpan?, CancellationToken)"/>.
    /// </summary>
    /// <param name="packetType">The channel's own message number, below 0xFF00.</param>
    /// <param name="data">The payload; copied before the call returns.</param>
    /// <param name="priority">Its lane; Critical leaves at once where the session's window has room.</param>
    /// <returns>Ok when queued; ChannelNotFound, InvalidArgument, LimitExceeded or NotConnected otherwise.</returns>
    public NetworkResult SendReliable(ushort packetType, ReadOnlySpan<byte> data, Priority priority = Priority.Normal)
    {
        _system.DemandLoop();
        return _system.Sends.ReliableToChannel(this, packetType, data, priority, null);
    }

    /// <inheritdoc cref="SendReliable(ushort, ReadOnlySpan{byte}, Priority)"/>
    public NetworkResult SendReliable(ushort packetType, byte[] data, Priority priority = Priority.Normal) =>
        SendReliable(packetType, new ReadOnlySpan<byte>(data), priority);

    /// <summary>Sends <paramref name="value"/> as MessagePack; see <see cref="SendReliable(ushort, ReadOnlySpan{byte}, Priority)"/>.</summary>
    /// <exception cref="T:MessagePack.MessagePackSerializationException"><typeparamref name="T"/> cannot be serialized.</exception>
    [RequiresDynamicCode(PayloadSerializer.NeedsDynamicCode)]
    [RequiresUnreferencedCode(PayloadSerializer.NeedsUnreferencedCode)]
    public NetworkResult SendReliable<T>(ushort packetType, in T value, Priority priority = Priority.Normal)
    {
        _system.DemandLoop();
        return _system.Sends.ReliableToChannel(this, packetType, _system.Serializer.Serialize(value), priority, null);
    }

    /// <summary>Sends to one session on this channel, subscribed or not, exactly once and in order over all its links.</summary>
    /// <param name="connection">The connection's entity; it may be without a link for the moment.</param>
    /// <param name="packetType">The channel's own message number, below 0xFF00.</param>
    /// <param name="data">The payload; copied before the call returns.</param>
    /// <param name="priority">Its lane; Critical leaves at once where the session's window has room.</param>
    /// <returns>Ok when queued; LimitExceeded when the send queue is full; NotConnected for a peer without a session.</returns>
    public NetworkResult SendReliableTo(Entity connection, ushort packetType, ReadOnlySpan<byte> data, Priority priority = Priority.Normal)
    {
        _system.DemandLoop();
        return _system.Sends.ReliableToConnection(this, connection, packetType, data, priority, null);
    }

    /// <inheritdoc cref="SendReliableTo(Entity, ushort, ReadOnlySpan{byte}, Priority)"/>
    public NetworkResult SendReliableTo(Entity connection, ushort packetType, byte[] data, Priority priority = Priority.Normal) =>
        SendReliableTo(connection, packetType, new ReadOnlySpan<byte>(data), priority);

    /// <summary>Sends <paramref name="value"/> as MessagePack; see <see cref="SendReliableTo(Entity, ushort, ReadOnlySpan{byte}, Priority)"/>.</summary>
    /// <exception cref="T:MessagePack.MessagePackSerializationException"><typeparamref name="T"/> cannot be serialized.</exception>
    [RequiresDynamicCode(PayloadSerializer.NeedsDynamicCode)]
    [RequiresUnreferencedCode(PayloadSerializer.NeedsUnreferencedCode)]
    public NetworkResult SendReliableTo<T>(Entity connection, ushort packetType, in T value, Priority priority = Priority.Normal)
    {
        _system.DemandLoop();
        return _system.Sends.ReliableToConnection(this, connection, packetType, _system.Serializer.Serialize(value), priority, null);
    }

    /// <summary>
    /// Says who answers the channel's requests from now on; null: they wait in the inbox as packets of type 0xFF00. The requests to a
    /// connection's channel go to that connection instead.
    /// </summary>
    public void OnRequest(RequestHandler? handler)
    {
        _system.DemandLoop();
        RequestHandler = handler;
    }

    /// <summary>
    /// Answers a request that was received as a packet of type 0xFF00, whose payload is a <see cref="Request"/>. One that is not
    /// answered within <see cref="NetworkingOptions.RequestTimeout"/> ends with Timeout.
    /// </summary>
    /// <param name="asker">The packet's sender.</param>
    /// <param name="requestId">The request's <see cref="Request.Id"/>.</param>
    /// <param name="result">The answer's bytes, copied before the call returns, or the error that the asker gets.</param>
    /// <returns>Ok when queued; NotConnected when the asker has left, InvalidArgument when no such request waits (any more).</returns>
    public NetworkResult Respond(Entity asker, uint requestId, NetworkResult<ReadOnlyMemory<byte>> result)
    {
        _system.DemandLoop();
        return _system.Requests.Answer(this, asker, requestId, result);
    }

    /// <summary>
    /// Ends a tool call that was received as a packet of type 0xFF02, whose payload is a <see cref="ToolCall"/>. One that is not ended in time
    /// ends with an error; then a packet of type 0xFF05 says so, a <see cref="ToolCancel"/>.
    /// </summary>
    /// <param name="callId">The call's <see cref="ToolCall.Id"/>.</param>
    /// <param name="output">The result.</param>
    /// <returns>Ok; InvalidArgument when no such call waits on this channel (any more).</returns>
    public NetworkResult CompleteTool(uint callId, ToolOutput output)
    {
        ArgumentNullException.ThrowIfNull(output);
        _system.DemandLoop();
        return _system.Tools.Complete(this, callId, output);
    }

    /// <summary>Tells the model how far a tool call is that was received as a packet of type 0xFF02.</summary>
    /// <param name="callId">The call's <see cref="ToolCall.Id"/>.</param>
    /// <param name="progress">How much is done, in units of the tool's choice; should rise from one report to the next.</param>
    /// <param name="total">How much there is to do; null: unknown.</param>
    /// <param name="message">What is being done, for people; null: not said.</param>
    /// <returns>Ok; InvalidArgument when no such call waits on this channel (any more).</returns>
    public NetworkResult ReportToolProgress(uint callId, double progress, double? total = null, string? message = null)
    {
        _system.DemandLoop();
        return _system.Tools.Report(this, callId, ToolNote.Of(progress, total, message));
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Name} ({Id})";
}
