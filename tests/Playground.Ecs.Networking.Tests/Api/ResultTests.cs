using Playground.Ecs.Networking.Channels;
using Playground.Ecs.Networking.Links;
using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Testing.Frames;

namespace Playground.Ecs.Networking.Tests.Api;

/// <summary>Errors are known where they can be: at the call.</summary>
[TestFixture(true)]
[TestFixture(false)]
public sealed class ResultTests(bool otherThread)
{
    private NetworkHarness _harness = null!;
    private Channel _channel = null!;

    [SetUp]
    public async Task Start()
    {
        _harness = await NetworkHarness.StartAsync();
        _channel = _harness.System.RegisterPlugin("x").Unwrap();
        _harness.Step();
    }

    [TearDown]
    public async Task Stop() => await _harness.DisposeAsync();

    [Test]
    public void A_send_to_an_unknown_channel_is_ChannelNotFound([Values(1, 1_999, 2_999, 65_535)] int id) =>
        Assert.That(Send((ushort)id, 1, 0).Error, Is.EqualTo(new NetworkError.ChannelNotFound((ushort)id)));

    [Test]
    public void A_payload_above_the_limit_is_LimitExceeded()
    {
        var error = Send(_channel.Id, 1, 262_145).Error as NetworkError.LimitExceeded;
        Assert.That(error, Is.EqualTo(new NetworkError.LimitExceeded("MaxPacketBytes", 262_144, 262_145)));
        Assert.That(Send(_channel.Id, 1, 262_144).IsOk);
    }

    [Test]
    public void Control_types_other_than_Broadcast_are_Forbidden([Values(0, 1, 2, 12, 14, 15, 0xFF00)] int type) =>
        Assert.That(Send(0, (ushort)type, 0).Error, Is.InstanceOf<NetworkError.Forbidden>());

    [Test]
    public void Reserved_types_are_InvalidArgument([Values(0xFF00, 0xFF06, 0xFFFF)] int type) =>
        Assert.That(Send(_channel.Id, (ushort)type, 0).Error, Is.InstanceOf<NetworkError.InvalidArgument>());

    [Test]
    public void Priorities_beyond_Low_are_InvalidArgument() =>
        Assert.That(Send(_channel.Id, 1, 0, (Priority)4).Error, Is.InstanceOf<NetworkError.InvalidArgument>());

    [Test]
    public void A_send_to_nobody_is_NotConnected() =>
        Assert.That(On(() => _harness.System.SendToAsync(Entity.Null, _channel.Id, 1, Array.Empty<byte>()).AsTask().Result).Error, Is.InstanceOf<NetworkError.NotConnected>());

    [Test]
    public void After_disposal_everything_is_NotConnected()
    {
        _harness.System.Dispose();
        var system = _harness.System;
        NetworkError?[] errors =
        [
            Send(_channel.Id, 1, 0).Error,
            On(() => system.BroadcastAsync(default).AsTask().Result).Error,
            On(() => system.SendToAsync(Entity.Null, _channel.Id, 1, 5).AsTask().Result).Error,
            On(() => system.RegisterPluginAsync("y").AsTask().Result).Error,
            On(() => system.UnregisterAsync(_channel.Id).AsTask().Result).Error,
            On(() => system.FindChannelAsync("x").AsTask().Result).Error,
            On(() => system.ListChannelsAsync().AsTask().Result).Error,
            On(() => system.ReceivePacketsAsync(_channel.Id).AsTask().Result).Error,
            On(() => system.CreateConnectionAsync("p").AsTask().Result).Error,
            On(() => system.QueryConnectionsAsync().AsTask().Result).Error,
            On(() => system.GetStatsAsync().AsTask().Result).Error,
            On(() => system.InitializeAsync().AsTask().Result).Error,
            _channel.Send(1, []).Error,
            _channel.SendTo(Entity.Null, 1, []).Error,
        ];
        Assert.That(errors, Is.All.InstanceOf<NetworkError.NotConnected>());
    }

    [Test]
    public void Before_the_start_channels_can_be_registered_and_sent_to()
    {
        using var system = new NetworkingSystem(new NetworkingOptions { Transport = new MemoryTransport() });
        var id = On(() => system.RegisterPluginAsync("early").AsTask().Result).Unwrap();
        Assert.That(On(() => system.SendPacketAsync(id, 1, new byte[] { 1 }).AsTask().Result).IsOk);
        Assert.That(On(() => system.GetStatsAsync().AsTask().Result).Unwrap().ConnectionsActive, Is.Zero);
    }

    [Test]
    public void Every_kind_of_memory_is_sent_as_the_bytes_it_holds()
    {
        var peer = _harness.ConnectWithHello();
        _harness.Subscribe(peer, _channel.Id);
        var entity = _harness.EntityOfAsync(peer.PeerId).Result;
        byte[] bytes = [1, 2, 3];
        var system = _harness.System;
        On(() => system.SendPacketAsync(_channel.Id, 1, bytes).AsTask().Result).Unwrap();
        On(() => system.SendPacketAsync(_channel.Id, 1, bytes.AsMemory()).AsTask().Result).Unwrap();
        On(() => system.SendPacketAsync(_channel.Id, 1, (ReadOnlyMemory<byte>)bytes).AsTask().Result).Unwrap();
        On(() => system.SendPacketAsync(_channel.Id, 1, new ArraySegment<byte>(bytes)).AsTask().Result).Unwrap();
        On(() => system.SendToAsync(entity, _channel.Id, 1, bytes.AsMemory()).AsTask().Result).Unwrap();
        _harness.StepWith(() =>
        {
            _channel.Send(1, bytes).Unwrap();
            _channel.Send(1, bytes.AsSpan()).Unwrap();
            _channel.Send(1, bytes.AsMemory()).Unwrap();
            _channel.Send(1, (ReadOnlyMemory<byte>)bytes).Unwrap();
            _channel.SendTo(entity, 1, (ReadOnlyMemory<byte>)bytes).Unwrap();
            _channel.SendTo(entity, 1, new ArraySegment<byte>(bytes)).Unwrap();
        });
        var packets = peer.All();
        Assert.That(packets, Has.Count.EqualTo(11));
        Assert.That(packets.Select(p => p.Data), Is.All.EqualTo(bytes));
    }

    private NetworkResult Send(ChannelId channel, ushort type, int size, Priority priority = Priority.Normal) =>
        On(() => _harness.System.SendPacketAsync(channel, type, new byte[size], priority).AsTask().Result);

    // Posted calls need frames to complete.
    private T On<T>(Func<T> call)
    {
        if (!otherThread) return call();
        var result = default(T)!;
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                result = call();
            }
            catch (Exception exception)
            {
                failure = exception;
            }
        });
        thread.Start();
        while (thread.IsAlive)
        {
            _harness.RunFrame();
            Thread.Yield();
        }

        return failure is null ? result : throw new InvalidOperationException("The other thread failed.", failure);
    }
}
