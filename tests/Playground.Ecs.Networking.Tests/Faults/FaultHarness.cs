using Microsoft.Extensions.Logging;
using Playground.Ecs.Networking.Channels;
using Playground.Ecs.Networking.Components;
using Playground.Ecs.Networking.Links;
using Playground.Ecs.Networking.Sessions;
using Playground.Ecs.Networking.Testing.Frames;
using Playground.Ecs.Networking.Tests.Frame;
using Playground.Ecs.Networking.Tests.Frames;

namespace Playground.Ecs.Networking.Tests.Faults;

/// <summary>
/// For faults that need a clock or frames of their own: a server over memory links, stepped by hand, with a bystander whose packets come
/// back in the frame after each, whatever happens to others.
/// </summary>
internal sealed class FaultHarness : IAsyncDisposable
{
    private static readonly QueryDescription Connections = new QueryDescription().WithAll<ConnectionComponent>();

    private readonly SessionPeer _bystander;
    private readonly List<Func<TestPeer>> _links = [];
    private ushort _exchanges;
    private bool _isOver;

    private FaultHarness(NetworkHarness network, LogLines log)
    {
        (Network, Log) = (network, log);
        Meter = new MeterReading(network.System);
        Echo = network.System.RegisterPlugin("echo", new PluginOptions { Loopback = false, Handler = SendBack }).Unwrap();
        Sink = network.System.RegisterPlugin("sink", new PluginOptions { Loopback = false }).Unwrap();
        _bystander = Session("bystander");
    }

    public NetworkHarness Network { get; }

    public NetworkingSystem System => Network.System;

    public MeterReading Meter { get; }

    public LogLines Log { get; }

    /// <summary>Sends each packet back, reliably if it was.</summary>
    public Channel Echo { get; }

    /// <summary>Keeps what it gets; nobody receives it but the test.</summary>
    public Channel Sink { get; }

    public static async Task<FaultHarness> StartAsync(NetworkingOptions? options = null)
    {
        var log = new LogLines();
        return new FaultHarness(await NetworkHarness.StartAsync((options ?? new NetworkingOptions()) with { LoggerFactory = log }), log);
    }

    /// <summary>A link that has said nothing yet; lost at the end.</summary>
    public TestPeer Connect(int receiveBytesMax = MemoryClient.DefaultReceiveBytesMax) => Track(Network.Connect(null, receiveBytesMax));

    /// <summary>A link that has said Hello; lost at the end.</summary>
    public TestPeer ConnectWithHello(string name = "attacker", int receiveBytesMax = MemoryClient.DefaultReceiveBytesMax) =>
        Track(Network.ConnectWithHello(name, FaultServer.TokenOf(name), receiveBytesMax));

    /// <summary>A session; its last link is lost at the end.</summary>
    public SessionPeer Session(string name = "attacker")
    {
        var peer = SessionPeer.Connect(Network, name, FaultServer.TokenOf(name), Network.Options.InitialSequence.Value);
        _links.Add(() => peer.Link);
        return peer;
    }

    /// <summary>Runs frames; in each the bystander sends an unreliable and a reliable packet, and gets those of the frame before.</summary>
    public void Step(int frames = 1)
    {
        for (; frames > 0; frames--)
        {
            _exchanges++;
            _bystander.Link.Send(Echo.Id, _exchanges, [1]);
            _bystander.Send(Echo.Id, _exchanges, [2]);
            Network.Step();
            ExpectExchange();
        }
    }

    public void StepFor(TimeSpan time) => Step((int)Math.Ceiling(time.TotalSeconds * 60) + 1);

    /// <summary>Runs frames until a condition holds.</summary>
    public void Until(Func<bool> condition, int framesMax = 10_000)
    {
        for (var frame = 0; !condition(); frame++)
        {
            if (frame == framesMax) throw new TimeoutException("It never happened.");
            Step();
        }
    }

    public long Ended(DisconnectReason reason) => Meter.Read("playground.connections.ended", reason.ToString());

    /// <summary>Asserts what holds after every fault; see <see cref="FaultServer.ExpectUnharmedAsync"/>.</summary>
    /// <param name="errors">Lines of level Error that the fault is to write.</param>
    public void ExpectUnharmed(int errors = 0)
    {
        Step(2);
        var late = Session("late");
        late.Send(Echo.Id, 1, [3]);
        late.Step(2);
        Assert.That(late.TakeOf(Echo.Id), Has.Count.EqualTo(1), "a new client is served");
        _isOver = true;
        foreach (var link in _links) link().Client.Abort();
        Network.StepFor(Network.Options.ResumeWindow + TimeSpan.FromSeconds(1));
        _ = Sink.Receive();
        Network.Step();
        Assert.That(Meter.Read("playground.connections.active"), Is.Zero);
        Assert.That(Network.World.CountEntities(in Connections), Is.Zero, "entities of sessions");
        Assert.That((Network.Transport.LinkCount, Meter.Read("playground.buffers.rented")), Is.EqualTo((0, 0L)));
        Assert.That(Enum.GetValues<DisconnectReason>().Sum(Ended), Is.EqualTo(Meter.Read("playground.connections.accepted")), "each end under one reason");
        Assert.That(Log.Lines.Where(static l => l.Level >= LogLevel.Error).Skip(errors).Select(static l => l.Text), Is.Empty);
    }

    public async ValueTask DisposeAsync()
    {
        Meter.Dispose();
        await Network.DisposeAsync();
        Assert.That((Network.Transport.LinkCount, System.Buffers.RentedCount), Is.EqualTo((0, 0)));
    }

    private static void SendBack(Channel channel, in ReceivedPacket packet)
    {
        // A peer that is gone, or does not read, gets no echo.
        _ = packet.IsReliable
            ? channel.SendReliableTo(packet.Sender, packet.PacketType, packet.Data.Span, packet.Priority)
            : channel.SendTo(packet.Sender, packet.PacketType, packet.Data.Span, packet.Priority);
    }

    private TestPeer Track(TestPeer peer)
    {
        _links.Add(() => peer);
        return peer;
    }

    private void ExpectExchange()
    {
        if (_isOver) return;
        var echoes = _bystander.TakeOf(Echo.Id);
        Assert.That((_bystander.IsOpen, string.Join(' ', echoes.Select(static p => p.Type))), Is.EqualTo((true, $"{_exchanges} {_exchanges}")), "the bystander's packets");
    }
}
