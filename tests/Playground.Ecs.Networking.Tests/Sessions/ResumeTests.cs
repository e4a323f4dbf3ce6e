using Playground.Ecs.Networking.Channels;
using Playground.Ecs.Networking.Components;
using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Testing.Frames;
using Playground.Ecs.Networking.Tests.Frame;
using Playground.Ecs.Networking.Tests.Frames;

namespace Playground.Ecs.Networking.Tests.Sessions;

/// <summary>A session goes on on its next link: what stays, and what is repeated (PROTOCOL.md, sections 7 and 8).</summary>
public sealed class ResumeTests
{
    private readonly CountingPool _arrays = new();
    private NetworkHarness _harness = null!;
    private Channel _channel = null!;
    private MeterReading _meter = null!;

    [SetUp]
    public async Task Start()
    {
        _harness = await NetworkHarness.StartAsync(new NetworkingOptions { AllowClientChannels = true, Arrays = _arrays });
        _channel = _harness.System.RegisterPlugin("x", new PluginOptions { Loopback = false }).Unwrap();
        _meter = new MeterReading(_harness.System);
    }

    [TearDown]
    public async Task Stop()
    {
        _meter.Dispose();
        await _harness.DisposeAsync();
        Assert.That((_harness.System.Buffers.RentedCount, _arrays.RentedCount), Is.EqualTo((0, 0)));
    }

    [Test]
    public async Task Name_entity_subscriptions_and_channels_stay()
    {
        var peer = SessionPeer.Connect(_harness);
        var other = SessionPeer.Connect(_harness);
        peer.Send(new Subscribe(1, _channel.Id));
        peer.Send(new RegisterChannel(2, "mine", default));
        peer.Step();
        var mine = _harness.System.FindChannel("mine").Unwrap().Id;
        var (entity, name) = (peer.Entity(), peer.PeerId);
        peer.Cut();
        Assert.That(_harness.World.Get<ConnectionComponent>(entity).Connected, Is.False);
        Assert.That((await _harness.System.GetStatsAsync()).Unwrap().ConnectionsActive, Is.EqualTo(1));

        peer.Packets.Clear();
        Assert.That((peer.Resume().Resumed, peer.PeerId, peer.Entity()), Is.EqualTo((true, name, entity)));
        Assert.That(_harness.World.Get<ConnectionComponent>(entity).Connected);
        Assert.That((await _harness.System.GetStatsAsync()).Unwrap().ConnectionsActive, Is.EqualTo(2));
        other.Send(mine, 7, [7]);
        _harness.StepWith(() => _channel.Send(8, [8]).Unwrap());
        peer.Take();
        Assert.That(peer.Packets.Select(p => (int)p.Type), Is.EquivalentTo(new[] { 7, 8 }));
        Assert.That(_meter.Read("playground.sessions.resumed"), Is.EqualTo(1));
    }

    [Test]
    public async Task Its_counts_go_on()
    {
        var peer = SessionPeer.Connect(_harness);
        peer.Send(_channel.Id, 1, []);
        peer.Step();
        peer.Cut();
        peer.Resume();
        peer.Send(_channel.Id, 1, []);
        peer.Step(2);
        var snapshot = (await _harness.System.QueryConnectionsAsync()).Unwrap().Single();
        Assert.That(snapshot.PacketsReceived, Is.EqualTo(2 + 2), "a Hello and a packet of each link");
    }

    [Test]
    public void The_peer_is_connected_for_those_who_handle_its_first_packet()
    {
        var connected = new List<bool>();
        var handled = _harness.System.RegisterPlugin("handled", new PluginOptions
        {
            Handler = (_, in packet) => connected.Add(_harness.World.Get<ConnectionComponent>(packet.Sender).Connected),
        }).Unwrap();
        var peer = SessionPeer.Connect(_harness);
        peer.Send(handled.Id, 1, []);
        peer.Step();
        peer.Cut();
        peer.Stamp(handled.Id, 2, []);
        peer.Open();
        peer.Hello();
        _harness.Time.Advance(TimeSpan.FromMilliseconds(1));
        _harness.System.BeforeUpdate(0);
        Assert.That(_harness.World.Get<ConnectionComponent>(peer.Entity()).Connected, "from the resume on");
        _harness.System.Update(0);
        _harness.System.AfterUpdate(0);
        peer.Step(2);
        Assert.That(connected, Is.EqualTo(new[] { true, true }));
    }

    // A client that lost everything so far, its Welcomes included, or all but the Welcomes.
    [Test]
    public void A_connection_that_never_received_anything_comes_back_while_both_sides_have_data_waiting([Values(1, 2, 10)] int times)
    {
        var peer = SessionPeer.Connect(_harness);
        var entity = peer.Entity();
        var sent = new List<int>();
        for (ushort i = 1; i <= times; i++)
        {
            peer.Cut();
            _channel.SendReliableTo(entity, i, [1], (Priority)(i % 4)).Unwrap();
            peer.Stamp(_channel.Id, i, [2]);
            peer.Open();
            peer.Hello();
            _harness.StepWith(() => _channel.SendReliableTo(entity, (ushort)(100 + i), [1], (Priority)(i % 4)).Unwrap());
            sent.AddRange([i, 100 + i]);
        }

        peer.Cut();
        Assert.That((peer.Resume().Resumed, peer.Welcome.LastReceived), Is.EqualTo((true, (ushort)0)));
        peer.Step();
        Assert.That(peer.Wire.Where(p => p.IsReliable).Select(p => (int)p.Sequence), Is.EqualTo(Enumerable.Range(1, 2 * times)), "old numbers, in order");
        Assert.That(peer.Packets.Select(p => (int)p.Type), Is.EqualTo(sent));
        Assert.That(_channel.Receive().ToArray().Select(p => (int)p.PacketType), Is.EqualTo(Enumerable.Range(1, times)));
        peer.Step();
        Assert.That((peer.UnacknowledgedCount, peer.Duplicates), Is.EqualTo((0, 0)));
        Assert.That(_meter.Read("playground.packets.duplicate"), Is.Zero);
    }

    [Test]
    public void What_was_taken_and_not_acknowledged_is_not_repeated_since_Hello_acknowledges()
    {
        var peer = SessionPeer.Connect(_harness);
        var entity = peer.Entity();
        peer.Acknowledges = false;
        _channel.SendReliableTo(entity, 1, []).Unwrap();
        peer.Step();
        peer.Cut();
        peer.Resume();
        Assert.That((peer.Packets.Count, peer.Duplicates), Is.EqualTo((1, 0)));
        Assert.That(_meter.Read("playground.packets.replayed"), Is.Zero);
    }

    [Test]
    public void Welcome_comes_first_then_what_is_unacknowledged_in_the_order_of_its_numbers_then_what_is_new_by_lanes()
    {
        var peer = SessionPeer.Connect(_harness);
        var entity = peer.Entity();
        _harness.StepWith(() =>
        {
            _channel.SendReliableTo(entity, 14, [], Priority.Low).Unwrap();
            _channel.SendReliableTo(entity, 12, [], Priority.High).Unwrap();
            _channel.SendReliableTo(entity, 13, []).Unwrap();
            _channel.SendReliableTo(entity, 11, [], Priority.Critical).Unwrap();
        });
        _harness.StepWith(() => _channel.SendReliableTo(entity, 15, [], Priority.Critical).Unwrap());
        peer.Cut();
        _channel.SendReliableTo(entity, 24, [], Priority.Low).Unwrap();
        _channel.SendReliableTo(entity, 22, [], Priority.High).Unwrap();
        _channel.SendReliableTo(entity, 21, [], Priority.Critical).Unwrap();
        peer.Resume();
        Assert.That(
            peer.Wire.Select(p => (p.Sequence, p.Type)),
            Is.EqualTo(new[] { (0, Welcome.WireType), (1, 11), (2, 12), (3, 13), (4, 14), (5, 15), (6, 21), (7, 22), (8, 24) }.Select(p => ((ushort)p.Item1, (ushort)p.Item2))));
        Assert.That(_meter.Read("playground.packets.replayed"), Is.EqualTo(5));
    }

    [Test]
    public void Only_what_the_peer_has_not_got_is_repeated()
    {
        var peer = SessionPeer.Connect(_harness);
        var entity = peer.Entity();
        for (ushort i = 1; i <= 10; i++) _channel.SendReliableTo(entity, i, []).Unwrap();
        _harness.Step();
        peer.Cut();
        peer.Open();
        peer.Hello(lastReceived: 7);
        _harness.Step();
        Assert.That(peer.Link.All().Skip(1).Select(p => (int)p.Type), Is.EqualTo(new[] { 8, 9, 10 }));
    }

    [Test]
    public void More_than_a_frames_budget_is_repeated_over_several_and_what_is_new_waits_behind_it()
    {
        var peer = SessionPeer.Connect(_harness);
        var entity = peer.Entity();
        for (ushort i = 0; i < 25; i++) _channel.SendReliableTo(entity, i, new byte[16_000]).Unwrap();
        _harness.Step(3);
        peer.Cut();
        _channel.SendReliableTo(entity, 25, [], Priority.Critical).Unwrap();
        peer.Resume();
        Assert.That(peer.Packets, Has.Count.LessThan(25));
        _channel.SendReliableTo(entity, 26, [], Priority.Critical).Unwrap();
        peer.Step(3);
        Assert.That(peer.Packets.Select(p => (int)p.Type), Is.EqualTo(Enumerable.Range(0, 27)));
        Assert.That(peer.Link.Messages.Select(m => m.Sum(p => p.Data.Length + PacketHeader.Size)), Is.All.LessThanOrEqualTo(65_536));
    }

    [Test]
    public void What_a_channel_sends_does_not_hold_up_what_is_repeated()
    {
        var peer = SessionPeer.Connect(_harness);
        peer.Send(new Subscribe(1, _channel.Id));
        peer.Step();
        var entity = peer.Entity();
        for (ushort i = 0; i < 25; i++) _channel.SendReliableTo(entity, i, new byte[16_000]).Unwrap();
        _harness.Step(3);
        peer.Cut();
        _harness.OnUpdate = () =>
        {
            // Most of a frame's budget, every frame.
            for (ushort i = 0; i < 14; i++) _channel.Send((ushort)(100 + i), new byte[16_000]).Unwrap();
        };
        peer.Resume(receiveBytesMax: 4 * 1024 * 1024);
        peer.Step(10);
        Assert.That(peer.Packets.Where(p => p.IsReliable && p.Type < 100 && p.Channel == _channel.Id).Select(p => (int)p.Type), Is.EqualTo(Enumerable.Range(0, 25)));
        Assert.That(peer.Packets.Count(p => p.Type >= 100), Is.Positive, "and some of it passes");
    }

    [Test]
    public void Unreliable_packets_that_waited_are_discarded_and_counted_by_lane()
    {
        var peer = new SessionPeer(_harness);
        peer.Resume(receiveBytesMax: 1_024);
        var entity = peer.Entity();
        _channel.SendTo(entity, 1, new byte[10_000]).Unwrap();
        _harness.Step();

        // That send is not finished: these wait.
        for (ushort i = 10; i < 15; i++) _channel.SendTo(entity, i, new byte[100], Priority.Low).Unwrap();
        _channel.SendTo(entity, 20, new byte[100], Priority.High).Unwrap();
        _channel.SendReliableTo(entity, 30, new byte[100], Priority.Low).Unwrap();
        _harness.Step();
        peer.Cut();
        Assert.That((_meter.Read("playground.packets.dropped", "low"), _meter.Read("playground.packets.dropped", "high")), Is.EqualTo((5, 1)));
        peer.Resume();
        Assert.That(peer.Packets.Select(p => (int)p.Type), Is.EqualTo(new[] { 30 }));
    }

    [Test]
    public void Both_directions_go_on_over_the_end_of_the_numbers([Values(65_530, 65_535, 32_760)] int last)
    {
        RunOver((ushort)last, cuts: true, packets: 40, perFrame: 3);
    }

    [Test]
    public void A_session_outlives_all_its_numbers() => RunOver(0, cuts: false, packets: 140_000, perFrame: 700);

    private void RunOver(ushort last, bool cuts, int packets, int perFrame)
    {
        using var harness = new Started(new NetworkingOptions { InitialSequence = new Sequence(last) });
        var channel = harness.Value.System.RegisterPlugin("y", new PluginOptions { Loopback = false }).Unwrap();
        var peer = SessionPeer.Connect(harness.Value, initialSequence: last);
        var entity = peer.Entity();
        var (up, down) = (0, 0);
        for (var frame = 0; up < packets; frame++)
        {
            for (var i = 0; i < perFrame; i++)
            {
                if (cuts) peer.Send(channel.Id, (ushort)up++, []);
                else up++;
                channel.SendReliableTo(entity, TypeOf(down++), []).Unwrap();
            }

            if (!cuts) peer.Link.SendBatch([.. Enumerable.Range(up - 200, 200).SelectMany(i => peer.Stamp(channel.Id, TypeOf(i), []))]);
            if (cuts && frame % 4 == 3)
            {
                peer.Cut();
                Assert.That(peer.Resume().Resumed);
            }

            peer.Step(2);
            if (!cuts) _ = channel.Receive();
            Assert.That(peer.End, Is.Null);
        }

        peer.Step(3);
        Assert.That(peer.Packets.Select(p => p.Type), Is.EqualTo(Enumerable.Range(0, down).Select(TypeOf)));
        Assert.That(peer.UnacknowledgedCount, Is.Zero);
        if (cuts) Assert.That(channel.Receive().ToArray().Select(p => (int)p.PacketType), Is.EqualTo(Enumerable.Range(0, up)));
    }

    // The reserved ones are not the application's.
    private static ushort TypeOf(int number) => (ushort)(number % (ushort)ReservedType.Request);

    /// <summary>A harness of a test's own, whose systems end with it.</summary>
    private sealed class Started(NetworkingOptions options) : IDisposable
    {
        public NetworkHarness Value { get; } = NetworkHarness.StartAsync(options).GetAwaiter().GetResult();

        public void Dispose() => Value.DisposeAsync().AsTask().GetAwaiter().GetResult();
    }
}
