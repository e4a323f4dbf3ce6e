using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.Client.Tests.Sessions;

/// <summary>The end that the application asks for.</summary>
public sealed class ClosingTests
{
    private readonly List<NetworkResult> _results = [];

    [SetUp]
    public void Forget() => _results.Clear();

    [Test]
    public void What_waits_is_sent_and_acknowledged_before_goodbye_and_1000()
    {
        using var harness = SessionHarness.Connected();
        harness.SendReliable(1, acknowledged: _results.Add);
        harness.Send(2);
        harness.Session.Close(harness.Now);
        Assert.That(harness.Session.SendReliable(1000, 1, [], Priority.Normal).Error, Is.InstanceOf<NetworkError.NotConnected>());
        Assert.That(SessionHarness.Contents(harness.Take()), Is.EqualTo(new[] { 1, 2 }));
        Assert.That(harness.TakeClose(), Is.Null);
        harness.Give(Wire.Message(new Ack(1)));
        Assert.That(harness.Session.WantsToWrite);
        Assert.That(harness.Take().Single().Read<Goodbye>(), Is.EqualTo(new Goodbye(ErrorCode.None, "", 0)));
        Assert.That(harness.TakeClose()?.Code, Is.EqualTo(1000));
        harness.Session.LinkClosed(1000, string.Empty, harness.Now);
        Assert.That(harness.Session.State, Is.EqualTo(new ClientState.Closed(null)));
        Assert.That(_results.Single().IsOk);
    }

    [Test]
    public void Link_that_ends_while_closing_is_the_end()
    {
        using var harness = SessionHarness.Connected();
        harness.SendReliable(1, acknowledged: _results.Add);
        harness.Session.Close(harness.Now);
        harness.Take();
        harness.Session.LinkClosed(1006, string.Empty, harness.Now);
        Assert.That(harness.Session.State, Is.EqualTo(new ClientState.Closed(null)));
        Assert.That(_results.Single().Error, Is.InstanceOf<NetworkError.NotConnected>());
    }

    [Test]
    public void Closing_without_a_link_is_the_end_at_once()
    {
        using var harness = SessionHarness.Connected();
        harness.Session.LinkClosed(1006, string.Empty, harness.Now);
        harness.Session.Close(harness.Now);
        Assert.That(harness.Session.State, Is.EqualTo(new ClientState.Closed(null)));
        Assert.That(harness.Session.NextDeadline, Is.EqualTo(long.MaxValue));
    }

    [Test]
    public void Closing_before_welcome_says_no_goodbye()
    {
        using var harness = new SessionHarness();
        harness.Session.Start(harness.Now);
        harness.OpenLink();
        harness.Session.Close(harness.Now);
        Assert.That(harness.Take(), Is.Empty);
        Assert.That(harness.TakeClose()?.Code, Is.EqualTo(1000));
        harness.Session.LinkClosed(1000, string.Empty, harness.Now);
        Assert.That(harness.Session.State, Is.EqualTo(new ClientState.Closed(null)));
    }

    [Test]
    public void Link_that_opens_after_the_end_is_aborted()
    {
        using var harness = new SessionHarness();
        harness.Session.Start(harness.Now);
        harness.Session.Close(harness.Now);
        harness.Session.LinkOpened(harness.Now);
        Assert.That(harness.Take(), Is.Empty);
        Assert.That(harness.TakeClose()?.Code, Is.EqualTo(1006));
    }

    [Test]
    public void Session_that_is_disposed_fails_what_is_under_way_and_returns_its_buffers()
    {
        var pool = new CountingPool();
        var session = new Client.Sessions.ClientSession(new ClientOptions(), new Random(1), pool);
        session.Start(0);
        session.LinkOpened(0);
        session.TryTakeBatch(new System.Buffers.ArrayBufferWriter<byte>());
        session.Receive(
            (byte[])[
                .. Wire.Message(new Welcome(1, "peer-1", new byte[] { 1 }, false, 0, 60, 1000, 262_144)),
                .. Wire.Reliable(1, 1000, 5, [1], more: true)],
            0);
        session.SendReliable(1000, 1, new byte[100], Priority.Normal, _results.Add);
        session.TryTakeBatch(new System.Buffers.ArrayBufferWriter<byte>());
        session.SendReliable(1000, 1, new byte[100], Priority.Normal, _results.Add);
        session.Send(1000, 1, new byte[100], Priority.Normal);
        Assert.That(pool.Rented, Is.GreaterThan(0));
        session.Dispose();
        session.Dispose();
        Assert.That(pool.Rented, Is.Zero);
        Assert.That(_results, Has.Count.EqualTo(2).And.All.Matches<NetworkResult>(static r => r.Error is NetworkError.NotConnected));
    }

    private sealed class CountingPool : System.Buffers.ArrayPool<byte>
    {
        public int Rented { get; private set; }

        public override byte[] Rent(int minimumLength)
        {
            Rented++;
            return new byte[minimumLength];
        }

        public override void Return(byte[] array, bool clearArray = false) => Rented--;
    }
}
