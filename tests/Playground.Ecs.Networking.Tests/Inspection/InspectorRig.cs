using System.Buffers;
using System.Net;
using Playground.Ecs.Networking.Inspection;
using Playground.Ecs.Networking.Links;
using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Testing.Frames;

namespace Playground.Ecs.Networking.Tests.Inspection;

/// <summary>A system with an inspector, and who watches it, frame by frame in virtual time.</summary>
internal sealed class InspectorRig : IAsyncDisposable
{
    public static readonly ChannelId Inspector = 102;

    private InspectorRig(NetworkHarness harness) => Harness = harness;

    public NetworkHarness Harness { get; }

    public NetworkingSystem System => Harness.System;

    public static async Task<InspectorRig> StartAsync(InspectorOptions? inspector = null, NetworkingOptions? options = null) =>
        new(await NetworkHarness.StartWithMcpAsync((options ?? new NetworkingOptions { Mcp = null }) with { Inspector = inspector ?? new InspectorOptions() }));

    public static LinkUpgrade From(string address) => new(IPEndPoint.Parse(address), "test", null, null);

    /// <summary>A peer that watches from the next frame on, and has taken nothing yet.</summary>
    public TestPeer Watch(bool packets = false)
    {
        var peer = Harness.ConnectWithHello("watcher");
        peer.SendControl(new Subscribe(1, Inspector));
        if (packets) Wish(peer, true);
        Harness.Step();
        var reply = peer.All().Single(static p => p.IsControl<Reply>());
        Assert.That(Reply.TryRead(reply.Data, out var read) && read.Error == ErrorCode.None, read.Message);
        return peer;
    }

    public static void Wish(TestPeer peer, bool packets) => peer.Send(Inspector, (ushort)InspectorType.Watch, Encode(new Watch(packets)));

    public static byte[] Encode<T>(T message)
        where T : struct, IMessage<T>
    {
        var body = new ArrayBufferWriter<byte>();
        message.WriteTo(body);
        return body.WrittenSpan.ToArray();
    }

    /// <summary>Tries to subscribe and says how that was answered.</summary>
    public ErrorCode Subscribe(TestPeer peer, ChannelId? channel = null)
    {
        peer.Clear();
        peer.SendControl(new Subscribe(peer.NextRequestId(), channel ?? Inspector));
        Harness.Step();
        var reply = peer.All().Single(static p => p.IsControl<Reply>());
        Assert.That(Reply.TryRead(reply.Data, out var read));
        return read.Error;
    }

    /// <summary>Runs frames until a peer is told anew, and takes what it is told.</summary>
    public Told Next(TestPeer peer)
    {
        Take(peer);
        for (var frame = 0; frame < 100; frame++)
        {
            Harness.Step();
            if (Take(peer) is { Overview: not null } told) return told;
        }

        throw new InvalidOperationException("It was told nothing.");
    }

    /// <summary>The messages that have arrived since, the last of each kind.</summary>
    public static Told Take(TestPeer peer)
    {
        var packets = peer.All().Where(static p => p.Channel == Inspector).ToList();
        return new Told(
            packets,
            Last(packets, InspectorType.Overview, Decoded.Overview),
            Last(packets, InspectorType.Connections, Decoded.Connections),
            Last(packets, InspectorType.Channels, Decoded.Channels),
            Last(packets, InspectorType.Packets, Decoded.Packets));
    }

    public async ValueTask DisposeAsync()
    {
        await Harness.DisposeAsync();
        Assert.That(System.Buffers.RentedCount, Is.Zero);
    }

    private static Decoded? Last(List<PeerPacket> packets, InspectorType type, Func<byte[], Decoded> read) =>
        packets.LastOrDefault(p => p.Type == (ushort)type) is { } packet ? read(packet.Data) : null;

    /// <summary>What a peer was told.</summary>
    internal sealed record Told(List<PeerPacket> All, Decoded? Overview, Decoded? Connections, Decoded? Channels, Decoded? Packets)
    {
        public Decoded Totals => Overview!["totals"];

        public Decoded Lane(Priority lane) => Overview!["lanes"].Items[(int)lane];

        public Decoded Peer(string peerId) => Connections!["rows"].Items.Single(row => row["peerId"].Text == peerId);

        public Decoded Channel(ChannelId id) => Channels!["rows"].Items.Single(row => row.N("id") == id.Value);

        public Decoded Type(ChannelId channel, ushort type) => Channel(channel)["types"].Items.Single(row => row.N("type") == type);
    }
}
