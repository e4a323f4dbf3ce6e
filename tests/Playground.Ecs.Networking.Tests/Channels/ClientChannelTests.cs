using Playground.Ecs.Networking.Components;
using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Testing.Frames;

namespace Playground.Ecs.Networking.Tests.Channels;

/// <summary>Channels that belong to a connection.</summary>
public sealed class ClientChannelTests
{
    private NetworkHarness _harness = null!;
    private TestPeer _owner = null!;
    private TestPeer _guest = null!;
    private ChannelId _channel;

    [SetUp]
    public async Task Start()
    {
        _harness = await NetworkHarness.StartAsync(new NetworkingOptions { AllowClientChannels = true });
        _owner = _harness.ConnectWithHello("owner");
        _guest = _harness.ConnectWithHello("guest");
        _owner.SendControl(new RegisterChannel(1, "theirs", default));
        _harness.Step();
        Assert.That(_owner.NextReply().TryReadChannel(out _channel));
    }

    [TearDown]
    public async Task Stop() => await _harness.DisposeAsync();

    [Test]
    public void What_others_send_goes_to_the_owner_and_not_to_subscribers()
    {
        _harness.Subscribe(_guest, _channel);
        var third = _harness.ConnectWithHello();
        third.Send(_channel, 3, [3], Priority.Low);
        third.Send(_channel, 4, [4], Priority.Critical);
        _harness.Step();
        Assert.That(_owner.All().Select(p => (p.Type, p.Priority)), Is.EqualTo(new[] { ((ushort)4, Priority.High), ((ushort)3, Priority.Low) }));
        Assert.That(_guest.Next(), Is.Null);
    }

    [Test]
    public void What_the_owner_sends_goes_to_the_subscribers()
    {
        _harness.Subscribe(_guest, "theirs");
        _owner.Send(_channel, 3, new byte[100_000]);
        _harness.Step(2);
        Assert.That(_guest.Next()!.Data, Has.Length.EqualTo(100_000));
        Assert.That(_owner.Next(), Is.Null);
    }

    [Test]
    public async Task What_the_application_sends_goes_to_the_subscribers_and_into_no_inbox()
    {
        _harness.Subscribe(_guest, _channel);
        (await _harness.System.SendPacketAsync(_channel, 8, new byte[] { 8 })).Unwrap();
        _harness.Step();
        Assert.That(_guest.Next()!.Type, Is.EqualTo(8));
        Assert.That((await _harness.System.ReceivePacketsAsync(_channel)).Unwrap(), Is.Empty);
    }

    [Test]
    public void It_is_gone_with_its_owner([Values] bool said)
    {
        _harness.Subscribe(_guest, _channel);
        if (said) _owner.SendControl(new Goodbye(ErrorCode.None, "", 0));
        else _owner.Client.Abort();
        _harness.Step();
        if (!said) OutliveItsLink();
        Assert.That(_harness.System.FindChannel(_channel).Error, Is.InstanceOf<NetworkError.ChannelNotFound>());
        Assert.That(_harness.World.CountEntities(new QueryDescription().WithAll<ChannelComponent>()), Is.Zero);
        _guest.Send(_channel, 1, []);
        _harness.Step();
        Assert.That(_guest.NextError().Error, Is.EqualTo(ErrorCode.ChannelNotFound));
        _guest.SendControl(new RegisterChannel(2, "theirs", default));
        _harness.Step();
        Assert.That(_guest.NextReply().Error, Is.EqualTo(ErrorCode.None));
    }

    [Test]
    public void What_its_owner_sent_before_it_left_still_arrives()
    {
        _harness.Subscribe(_guest, _channel);
        _owner.SendBatch(TestPeer.Packet(_channel, 1, [1]), TestPeer.Control(new UnregisterChannel(5, _channel)));
        _harness.Step();
        Assert.That(_guest.All().Select(p => p.Type), Is.EqualTo(new ushort[] { 1 }));
        _harness.Step(2);
        Assert.That(_harness.System.Buffers.RentedCount, Is.Zero);
    }

    [Test]
    public void It_stays_while_its_owner_may_come_back()
    {
        _owner.Client.Abort();
        _harness.StepFor(_harness.Options.ResumeWindow * 0.9);
        Assert.That(_harness.System.FindChannel(_channel).IsOk);
    }

    [Test]
    public async Task The_application_may_take_it_away()
    {
        (await _harness.System.UnregisterAsync(_channel)).Unwrap();
        _owner.SendControl(new RegisterChannel(2, "theirs", _channel));
        _harness.Step();
        Assert.That(_owner.NextReply().Error, Is.EqualTo(ErrorCode.None));
    }

    // The guest answers pings meanwhile.
    private void OutliveItsLink()
    {
        for (var seconds = 0; seconds <= _harness.Options.ResumeWindow.TotalSeconds; seconds++)
        {
            _harness.StepFor(TimeSpan.FromSeconds(1));
            _guest.Clear();
        }
    }
}
