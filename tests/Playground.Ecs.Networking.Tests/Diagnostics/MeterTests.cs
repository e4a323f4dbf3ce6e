using System.Diagnostics.Metrics;
using Playground.Ecs.Networking.Channels;
using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Sessions;
using Playground.Ecs.Networking.Testing.Frames;
using Playground.Ecs.Networking.Tests.Frame;

namespace Playground.Ecs.Networking.Tests.Diagnostics;

/// <summary>The Meter as an operator's listener sees it.</summary>
public sealed class MeterTests
{
    [Test]
    public async Task Every_instrument_is_there_with_a_unit_and_a_description()
    {
        var published = new List<Instrument>();
        await using var harness = await NetworkHarness.StartAsync();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, _) =>
        {
            if (instrument.Meter == harness.System.Meter) published.Add(instrument);
        };
        listener.Start();
        Assert.That(published.Select(i => i.Name), Is.EquivalentTo(new[]
        {
            "playground.connections.active", "playground.connections.accepted", "playground.connections.ended",
            "playground.packets.received", "playground.batches.received", "playground.bytes.received",
            "playground.packets.sent", "playground.bytes.sent", "playground.packets.dropped", "playground.packets.refused",
            "playground.sessions.resumed", "playground.sessions.resume.refused", "playground.sessions.expired",
            "playground.packets.replayed", "playground.packets.duplicate", "playground.packets.dropped.away", "playground.acks.stale",
            "playground.inbox.dropped", "playground.handlers.failed", "playground.handlers.overran", "playground.upgrades.refused", "playground.calls.refused", "playground.buffers.rented",
            "playground.frame.time",
            "playground.requests.pending", "playground.requests.received", "playground.requests.sent", "playground.requests.refused",
            "playground.requests.timeouts", "playground.responses.received", "playground.responses.sent", "playground.responses.late",
            "playground.llm.sessions", "playground.llm.sessions.refused", "playground.llm.sessions.idle", "playground.mcp.refused", "playground.llm.messages.dropped",
            "playground.tools.registered", "playground.tools.pending", "playground.tools.calls", "playground.tools.refused",
            "playground.tools.timeouts", "playground.tools.cancelled", "playground.tools.late", "playground.tools.notes.dropped", "playground.resources.changes.dropped",
        }));
        Assert.That(published.Select(i => i.Unit), Is.All.Not.Empty);
        Assert.That(published.Select(i => i.Description), Is.All.Not.Empty);
    }

    [Test]
    public async Task Traffic_is_counted()
    {
        await using var harness = await NetworkHarness.StartAsync();
        using var meter = new MeterReading(harness.System);
        var channel = harness.System.RegisterPlugin("x", new PluginOptions { Loopback = false }).Unwrap();
        var peer = harness.ConnectWithHello();
        harness.Subscribe(peer, channel.Id);
        peer.SendBatch(TestPeer.Packet(channel.Id, 1, []), TestPeer.Packet(channel.Id, 1, []));
        harness.StepWith(() => channel.Send(1, []).Unwrap());
        harness.Step();
        Assert.That(meter.Read("playground.connections.active"), Is.EqualTo(1));
        Assert.That(meter.Read("playground.connections.accepted"), Is.EqualTo(1));
        Assert.That(meter.Read("playground.packets.received"), Is.EqualTo(4));
        Assert.That(meter.Read("playground.batches.received"), Is.EqualTo(3));
        Assert.That(meter.Read("playground.packets.sent"), Is.EqualTo(3));
        var stats = (await harness.System.GetStatsAsync()).Unwrap();
        Assert.That(meter.Read("playground.bytes.received"), Is.EqualTo((long)stats.BytesReceived));
        Assert.That(meter.Read("playground.bytes.sent"), Is.EqualTo((long)stats.BytesSent));
    }

    [Test]
    public async Task Each_end_is_counted_under_exactly_one_reason()
    {
        await using var harness = await NetworkHarness.StartAsync();
        using var meter = new MeterReading(harness.System);
        var channel = harness.System.RegisterPlugin("x").Unwrap();
        var ends = new (DisconnectReason Reason, Action<TestPeer> Act)[]
        {
            (DisconnectReason.ClosedByPeer, peer => peer.Client.Close(1000)),
            (DisconnectReason.ClosedByPeer, peer => peer.SendControl(new Goodbye(ErrorCode.None, "", 0))),
            (DisconnectReason.LinkLost, peer => peer.Client.Abort()),
            (DisconnectReason.Malformed, peer => peer.SendRaw([1])),
            (DisconnectReason.WebSocketViolation, peer => peer.Send(channel.Id, 1, new byte[262_145])),
            (DisconnectReason.PersistentRefusals, peer => peer.SendBatch([.. Enumerable.Repeat(TestPeer.Packet(1_999, 1, []), 65)])),
        };
        foreach (var (_, act) in ends)
        {
            act(harness.ConnectWithHello());
            harness.Step(4);
        }

        foreach (var reason in Enum.GetValues<DisconnectReason>())
        {
            Assert.That(meter.Read("playground.connections.ended", reason.ToString()), Is.EqualTo(ends.Count(e => e.Reason == reason)), reason.ToString());
        }

        Assert.That(meter.Read("playground.connections.active"), Is.Zero);
    }

    [Test]
    public async Task Refused_calls_and_rented_buffers_are_counted()
    {
        await using var harness = await NetworkHarness.StartAsync(new NetworkingOptions { PostedCallsMax = 1 });
        using var meter = new MeterReading(harness.System);
        var channel = harness.System.RegisterPlugin("x").Unwrap();
        harness.Step();
        await Task.Run(async () =>
        {
            for (var i = 0; i < 5; i++) await harness.System.SendPacketAsync(channel.Id, 1, Array.Empty<byte>());
        });
        Assert.That(meter.Read("playground.calls.refused"), Is.EqualTo(4));
        harness.Step(2);
        Assert.That(meter.Read("playground.buffers.rented"), Is.Positive.And.EqualTo(harness.System.Buffers.RentedBytes), "the loopback packet that waits");
    }

    [Test]
    public async Task The_time_of_each_frame_is_recorded()
    {
        await using var harness = await NetworkHarness.StartAsync();
        var recorded = 0;
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, l) =>
        {
            if (instrument.Meter == harness.System.Meter && instrument.Name == "playground.frame.time") l.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<double>((_, value, _, _) => recorded++);
        listener.Start();
        harness.Step(10);
        Assert.That(recorded, Is.EqualTo(10));
    }

    [Test]
    public async Task A_meter_may_be_read_by_any_thread_while_channels_come_and_go()
    {
        await using var harness = await NetworkHarness.StartAsync();
        using var meter = new MeterReading(harness.System);
        var stop = false;
        var reading = Task.Run(() =>
        {
            while (!Volatile.Read(ref stop)) meter.Read("playground.inbox.dropped");
        });
        for (var i = 0; i < 300; i++)
        {
            var channel = harness.System.RegisterPlugin($"{i}").Unwrap();
            harness.RunFrame();
            if (i % 2 == 0) (await harness.System.UnregisterAsync(channel.Id)).Unwrap();
        }

        Volatile.Write(ref stop, true);
        await reading;
    }
}
