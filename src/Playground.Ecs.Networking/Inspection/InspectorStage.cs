using Playground.Ecs.Networking.Channels;
using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Sending;
using Playground.Ecs.Networking.Sessions;

namespace Playground.Ecs.Networking.Inspection;

/// <summary>
/// Tells whoever subscribed to the channel <c>inspector</c> how the network does (INSPECTOR.md). While no subscriber has a link it looks at nothing
/// and only counts by channel and lane. Loop thread only.
/// </summary>
internal sealed class InspectorStage
{
    private static readonly NetworkResult<ReadOnlyMemory<byte>> Nothing = new NetworkError.InvalidArgument("the inspector answers no requests");

    private readonly NetworkingOptions _options;
    private readonly InspectorOptions _inspector;
    private readonly SendStage _sends;
    private readonly SessionStage _sessions;
    private readonly Traffic _traffic;
    private readonly FrameStages _stages;
    private readonly OverviewSource _overview;
    private readonly PeerRows _peers;
    private readonly ChannelRows _channels;
    private readonly RowsWriter _packets;
    private readonly List<Connection> _wantPackets = [];
    private long _started;
    private long _told;
    private bool _isWatched;

    public InspectorStage(
        NetworkingOptions options, InspectorOptions inspector, SendStage sends, SessionStage sessions, Traffic traffic, FrameStages stages, OverviewSource overview, PeerRows peers, ChannelRows channels)
    {
        _options = options;
        _inspector = inspector;
        _sends = sends;
        _sessions = sessions;
        _traffic = traffic;
        _stages = stages;
        _overview = overview;
        _peers = peers;
        _channels = channels;
        _packets = new RowsWriter(options.MaxPacketBytes);
    }

    /// <summary>The channel; set before the first frame.</summary>
    public Channel Channel { get; private set; } = null!;

    /// <summary>Registers the channel.</summary>
    public Channel Register(ChannelDirectory directory)
    {
        var plugin = new PluginOptions { Loopback = false, RequireSubscription = true, Handler = Receive };
        Channel = directory.RegisterSystem("inspector", Traffic.InspectorChannel, plugin).Unwrap();
        Channel.IsForThisMachine = !_inspector.AllowRemote;
        Channel.Subscribers.Left = connection => _wantPackets.Remove(connection);
        return Channel;
    }

    /// <summary>The server has started.</summary>
    public void Start() => _started = _options.TimeProvider.GetTimestamp();

    /// <summary>In Update: tells what is due.</summary>
    public void Run()
    {
        if (IsWatched() != _isWatched) SetWatched(!_isWatched);
        if (!_isWatched) return;
        var now = _options.TimeProvider.GetTimestamp();
        var since = _options.TimeProvider.GetElapsedTime(_told, now);
        if (since < _inspector.Interval) return;

        // In step with the interval, not with the frames; but what was missed is not made up for.
        var step = (long)(_inspector.Interval.TotalSeconds * _options.TimeProvider.TimestampFrequency);
        _told = since < 2 * _inspector.Interval ? _told + step : now;
        Publish(now);
    }

    private bool IsWatched()
    {
        foreach (var subscriber in Channel.Subscribers.Connections)
        {
            if (subscriber.HasLink) return true;
        }

        return false;
    }

    private void SetWatched(bool isWatched)
    {
        _isWatched = _traffic.IsWatched = _stages.IsWatched = isWatched;
        _traffic.Log = isWatched && _wantPackets.Count > 0 ? new PacketLog(_inspector.PacketRowsMax) : null;
        _overview.Restart(_stages);
        _told = 0;
    }

    private void Publish(long now)
    {
        _peers.Gather();
        var uptime = _options.TimeProvider.GetElapsedTime(_started, now);
        Tell(InspectorType.Overview, _overview.Write(_sends.Frame, uptime, _stages, _traffic, _peers));
        Tell(InspectorType.Connections, _peers.Write());
        Tell(InspectorType.Channels, _channels.Write());
        if (_traffic.Log is { } log) TellPackets(log);
    }

    private void Tell(InspectorType type, ReadOnlySpan<byte> message) => _sends.ToChannel(Channel, (ushort)type, message, Priority.Normal);

    private void TellPackets(PacketLog log)
    {
        _packets.Begin();
        var notShown = log.NotShown;
        foreach (ref readonly var row in log.Rows)
        {
            if (!_packets.TryAdd(row)) notShown++;
        }

        log.Clear();
        var message = _packets.Finish(notShown);
        foreach (var connection in _wantPackets)
        {
            if (connection.HasLink) _sends.ToConnection(Channel, connection.Entity, (ushort)InspectorType.Packets, message, Priority.Low);
        }

        if (_wantPackets.Count == 0) _traffic.Log = null;
    }

    // The channel's handler.
    private void Receive(Channel channel, in ReceivedPacket packet)
    {
        if (_sessions.Find(packet.Sender) is not { } sender || !channel.Subscribers.Contains(sender)) return;
        if (packet.PacketType != Watch.WireType || !Watch.TryRead(packet.Data, out var watch))
        {
            Refuse(sender, packet);
            return;
        }

        if (!watch.Packets) _wantPackets.Remove(sender);
        else if (!_wantPackets.Contains(sender)) _wantPackets.Add(sender);
        if (watch.Packets && _isWatched) _traffic.Log ??= new PacketLog(_inspector.PacketRowsMax);
    }

    private void Refuse(Connection sender, in ReceivedPacket packet)
    {
        var header = new PacketHeader(packet.ChannelId, packet.PacketType, packet.Priority);
        if (packet.PacketType != Request.WireType || !Request.TryRead(packet.Data, out var request)) _sessions.Refuse(sender, header, ErrorCode.InvalidArgument);
        else if (_sessions.CountRefusal(sender, header, ErrorCode.InvalidArgument)) Channel.Respond(packet.Sender, request.Id, Nothing);
    }
}
