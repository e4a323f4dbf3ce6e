using Playground.Ecs.Networking.Channels;
using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Testing.Frames;

namespace Playground.Ecs.Networking.Tests.Sending;

/// <summary>
/// Random sends to channels and to connections, with subscribers that come and go, against a model of four queues per peer.
/// </summary>
public sealed class SendModelTests
{
    private const int Rounds = 150;
    private const int ChannelCount = 3;
    private const int PeerCount = 6;

    // Below this all of a frame surely fits its budget.
    private const int SurelySentBytes = 200 * 1024;

    private readonly List<Model> _models = [];
    private readonly Channel[] _channels = new Channel[ChannelCount];
    private NetworkHarness _harness = null!;
    private Random _random = null!;
    private ushort _next;

    private sealed record Expected(ChannelId Channel, ushort Type, byte[] Data);

    private sealed class Model(TestPeer peer, Entity entity, bool readsAlways)
    {
        public TestPeer Peer { get; } = peer;

        public Entity Entity { get; } = entity;

        public bool ReadsAlways { get; } = readsAlways;

        public HashSet<Channel> Subscriptions { get; } = [];

        public Queue<Expected>[] Lanes { get; } = [new(), new(), new(), new()];

        public int Bytes => Lanes.Sum(l => l.Sum(p => PacketWriter.SizeOfTrain(p.Data.Length)));
    }

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    [TestCase(4)]
    public async Task Each_peer_gets_exactly_what_it_should_in_lane_order(int seed)
    {
        await StartAsync(seed);
        for (var round = 0; round < Rounds; round++)
        {
            if (_random.Next(30) == 0) await ReplaceAsync(_random.Next(PeerCount));

            // What is sent between frames goes to who is subscribed by the next one's end, so nobody changes then.
            if (_random.Next(3) == 0) SendSome();
            else foreach (var model in _models) ChangeSubscriptions(model);
            _harness.StepWith(SendSome);
            foreach (var model in _models) Receive(model, $"seed {seed}, round {round}");
        }

        for (var frame = 0; frame < 3_000 && _models.Exists(m => m.Bytes > 0); frame++)
        {
            _harness.RunFrame();
            foreach (var model in _models) Take(model, $"seed {seed}, the end");
        }

        Assert.That(_models.Select(m => m.Bytes), Is.All.Zero, $"seed {seed}: everything arrives in the end");
        foreach (var model in _models) model.Peer.Clear();
        _harness.Step(2);
        foreach (var model in _models) model.Peer.Clear();
        _harness.Step(2);
        Assert.That(_harness.System.Buffers.RentedCount, Is.Zero, $"seed {seed}: all buffers are back");
        await _harness.DisposeAsync();
        Assert.That(_harness.System.Buffers.RentedCount, Is.Zero);
    }

    private async Task StartAsync(int seed)
    {
        _random = new Random(seed);
        _models.Clear();
        _harness = await NetworkHarness.StartAsync(new NetworkingOptions { SendQueueBytes = 32 * 1024 * 1024, HeartbeatTimeout = TimeSpan.FromHours(1) });
        for (var i = 0; i < ChannelCount; i++) _channels[i] = _harness.System.RegisterPlugin($"c{i}", new PluginOptions { Loopback = false }).Unwrap();
        for (var i = 0; i < PeerCount; i++) _models.Add(await ConnectAsync(i));
    }

    // Every third peer reads now and then and buffers little.
    private async Task<Model> ConnectAsync(int index)
    {
        var readsAlways = index % 3 != 2;
        var peer = _harness.Connect(null, readsAlways ? 2 * 1024 * 1024 : 96 * 1024);
        peer.Hello();
        _harness.Step();
        peer.TakeWelcome();
        return new Model(peer, await _harness.EntityOfAsync(peer.PeerId), readsAlways);
    }

    private async Task ReplaceAsync(int index)
    {
        _models[index].Peer.Client.Abort();
        _harness.Step();
        foreach (var model in _models.Where((_, i) => i != index)) Take(model, "while a peer is replaced");
        _models[index] = await ConnectAsync(index);
        foreach (var model in _models) Take(model, "while a peer is replaced");
    }

    private void ChangeSubscriptions(Model model)
    {
        if (_random.Next(4) > 0) return;
        var channel = _channels[_random.Next(ChannelCount)];
        var id = model.Peer.NextRequestId();
        if (model.Subscriptions.Remove(channel))
        {
            model.Peer.SendControl(new Unsubscribe(id, channel.Id));
        }
        else
        {
            model.Peer.SendControl(new Subscribe(id, channel.Id));
            model.Subscriptions.Add(channel);
        }
    }

    private void SendSome()
    {
        for (var sends = _random.Next(60); sends > 0; sends--)
        {
            var channel = _channels[_random.Next(ChannelCount)];
            var priority = (Priority)_random.Next(_random.Next(10) == 0 ? 0 : 1, 4);
            var data = new byte[Size()];
            _random.NextBytes(data);
            var expected = new Expected(channel.Id, ++_next, data);
            if (_random.Next(3) == 0)
            {
                var model = _models[_random.Next(PeerCount)];
                channel.SendTo(model.Entity, expected.Type, data, priority).Unwrap();
                model.Lanes[(int)priority].Enqueue(expected);
            }
            else
            {
                channel.Send(expected.Type, data, priority).Unwrap();
                foreach (var model in _models.Where(m => m.Subscriptions.Contains(channel))) model.Lanes[(int)priority].Enqueue(expected);
            }
        }
    }

    private int Size() => _random.Next(200) switch
    {
        0 => _random.Next(200_000),
        < 10 => _random.Next(40_000),
        < 100 => _random.Next(1_000),
        _ => _random.Next(40),
    };

    private void Receive(Model model, string where)
    {
        if (!model.ReadsAlways && _random.Next(3) > 0) return;
        var mustBeEmpty = model.ReadsAlways && model.Bytes < SurelySentBytes;
        model.Peer.Messages.Clear();
        Take(model, where);
        if (mustBeEmpty) Assert.That(model.Bytes, Is.Zero, where);
        if (model.ReadsAlways) Assert.That(model.Peer.Messages.SelectMany(m => m).Select(p => p.Priority), Is.Ordered, where);
        Assert.That(model.Peer.Messages.All(m => m.Count <= 256 && m.Sum(p => p.Data.Length + PacketHeader.Size) <= 65_536), where);
    }

    private static void Take(Model model, string where)
    {
        foreach (var packet in model.Peer.All())
        {
            if (packet.Channel == ChannelRanges.Control) continue;
            Assert.That(model.Lanes[(int)packet.Priority].TryDequeue(out var expected), where);
            Assert.That((packet.Channel, packet.Type), Is.EqualTo((expected!.Channel, expected.Type)), where);
            Assert.That(packet.Data.AsSpan().SequenceEqual(expected.Data), where);
        }

        Assert.That(model.Peer.End, Is.Null, where);
    }
}
