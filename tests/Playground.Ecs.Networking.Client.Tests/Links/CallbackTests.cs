using Playground.Ecs.Networking.Client.Tests.Sessions;
using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.Client.Tests.Links;

/// <summary>What the application's callbacks do, and what becomes of what they throw.</summary>
public sealed class CallbackTests
{
    [Test]
    public async Task Callback_that_throws_is_reported_and_ends_nothing()
    {
        var (rig, link) = await ClientRig.ConnectedAsync();
        await using var disposing = rig;
        var received = System.Threading.Channels.Channel.CreateUnbounded<byte>();
        rig.Client.UnhandledException += _ => throw new InvalidOperationException("the report threw too");
        rig.Client.Channel(1000).Received += packet => throw new InvalidOperationException($"packet {packet.Data.Span[0]}");
        rig.Client.Channel(1000).Received += packet => received.Writer.TryWrite(packet.Data.Span[0]);
        rig.Client.StateChanged += _ => throw new InvalidOperationException("state");
        rig.Client.ErrorReceived += _ => throw new InvalidOperationException("error");
        link.Give(Wire.Packet(1000, 1, [1]), Wire.Message(new ErrorMessage(ErrorCode.ChannelNotFound, "no", 7, 3)), Wire.Packet(1000, 1, [2]));
        Assert.That(await received.Reader.ReadAsync().AsTask().WaitAsync(ClientRig.Patience), Is.EqualTo(1));
        Assert.That(await received.Reader.ReadAsync().AsTask().WaitAsync(ClientRig.Patience), Is.EqualTo(2));
        link.End();
        await rig.ExpectAsync<ClientState.Reconnecting>();
        Assert.That(rig.Thrown.Select(static e => e.Message).Take(3), Is.EqualTo(new[] { "packet 1", "error", "packet 2" }));
    }

    [Test]
    public async Task Errors_say_which_packet_they_are_about()
    {
        var (rig, link) = await ClientRig.ConnectedAsync();
        await using var disposing = rig;
        var errors = System.Threading.Channels.Channel.CreateUnbounded<ClientError>();
        rig.Client.ErrorReceived += error => errors.Writer.TryWrite(error);
        link.Give(Wire.Message(new ErrorMessage(ErrorCode.NotSubscribed, "subscribe first", 1000, 3)));
        var said = await errors.Reader.ReadAsync().AsTask().WaitAsync(ClientRig.Patience);
        Assert.That((said.ChannelId, said.PacketType), Is.EqualTo(((ChannelId)1000, (ushort)3)));
        Assert.That(said.Error, Is.InstanceOf<NetworkError.NotSubscribed>());
    }

    [Test]
    public async Task Packets_that_nobody_reads_are_counted_and_those_of_a_removed_callback_too()
    {
        var (rig, link) = await ClientRig.ConnectedAsync();
        await using var disposing = rig;
        void Ignore(ClientPacket packet) => rig.Thrown.Enqueue(new InvalidOperationException("it was removed"));
        rig.Client.Channel(1000).Received += Ignore;
        rig.Client.Channel(1000).Received -= Ignore;
        var last = new TaskCompletionSource();
        rig.Client.Channel(2).Received += _ => last.SetResult();
        link.Give(Wire.Packet(1000, 1, [1]), Wire.Packet(1, 1, [1]), Wire.Packet(2, 1, [1]));
        await last.Task.WaitAsync(ClientRig.Patience);
        Assert.That(rig.Client.Stats.PacketsUnheard, Is.EqualTo(2));
        Assert.That(rig.Thrown, Is.Empty);
    }

    [Test]
    public async Task Broadcasts_arrive_on_channel_0_and_relayed_packets_say_who_sent_them()
    {
        var (rig, link) = await ClientRig.ConnectedAsync();
        await using var disposing = rig;
        var packets = System.Threading.Channels.Channel.CreateUnbounded<ClientPacket>();
        rig.Client.Channel(0).Received += packet => packets.Writer.TryWrite(packet);
        rig.Client.Channel(1000).Received += packet => packets.Writer.TryWrite(packet);
        link.Give(Wire.Packet(0, (ushort)ControlType.Broadcast, [5]), Wire.Message(new Relayed("peer-2", 9, new byte[] { 6 }), 1000, sequence: 1));
        var broadcast = await packets.Reader.ReadAsync().AsTask().WaitAsync(ClientRig.Patience);
        Assert.That((broadcast.ChannelId.Value, broadcast.Data.Span[0], broadcast.SenderPeerId), Is.EqualTo(((ushort)0, (byte)5, (string?)null)));
        var relayed = await packets.Reader.ReadAsync().AsTask().WaitAsync(ClientRig.Patience);
        Assert.That((relayed.SenderPeerId, relayed.PacketType, relayed.Data.Span[0], relayed.IsReliable), Is.EqualTo(("peer-2", (ushort)9, (byte)6, true)));
        Assert.That((await link.TakeAsync<Ack>()).Sequence, Is.EqualTo(1));
    }
}
