using Microsoft.Extensions.Logging;
using Playground.Ecs.Networking.Channels;
using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Testing.Frames;
using Playground.Ecs.Networking.Tests.Frame;
using Playground.Ecs.Networking.Tests.Frames;

namespace Playground.Ecs.Networking.Tests.Channels;

/// <summary>A plugin that takes more than its share of the frame is named.</summary>
public sealed class HandlerTimeTests
{
    [Test]
    public async Task A_handler_above_its_budget_is_counted_always_and_named_once_a_second()
    {
        var log = new LogLines();
        await using var harness = await NetworkHarness.StartAsync(new NetworkingOptions { LoggerFactory = log });
        using var meter = new MeterReading(harness.System);
        var slow = harness.System.RegisterPlugin("slow", new PluginOptions
        {
            Handler = (_, in _) => harness.Time.Advance(TimeSpan.FromMilliseconds(3)),
        }).Unwrap();
        var peer = harness.ConnectWithHello();
        peer.Send(slow.Id, 1, []);
        harness.Step();
        Assert.That(meter.Read("playground.handlers.overran"), Is.Zero, "one packet takes 3 ms of 4");
        for (var frame = 0; frame < 30; frame++)
        {
            peer.SendBatch(TestPeer.Packet(slow.Id, 1, []), TestPeer.Packet(slow.Id, 1, []));
            harness.Step();
        }

        Assert.That(meter.Read("playground.handlers.overran"), Is.EqualTo(30));
        var warning = log.Lines.Single(l => l.Level == LogLevel.Warning && l.Id == 13);
        Assert.That(warning.Text, Does.Contain("slow").And.Contain("6.0 ms").And.Contain("4.0 ms"));
    }

    [Test]
    public async Task A_request_handler_is_measured_until_it_first_waits()
    {
        var log = new LogLines();
        await using var harness = await NetworkHarness.StartAsync(new NetworkingOptions { LoggerFactory = log, HandlerBudget = TimeSpan.FromSeconds(1) });
        var slow = harness.System.RegisterPlugin("thinker", new PluginOptions
        {
            RequestHandler = (_, _) =>
            {
                harness.Time.Advance(TimeSpan.FromSeconds(2));
                return new(new NetworkError.Timeout("thought too long"));
            },
        }).Unwrap();
        var peer = harness.ConnectWithHello();
        var body = new System.Buffers.ArrayBufferWriter<byte>();
        new Request(7, 1, default).WriteTo(body);
        peer.Send(slow.Id, Request.WireType, body.WrittenSpan);
        harness.Step();
        Assert.That(log.Lines.Single(l => l.Id == 13).Text, Does.Contain("thinker"));
    }
}
