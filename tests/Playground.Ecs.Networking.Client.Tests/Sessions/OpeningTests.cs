using Playground.Ecs.Networking.Client.Sessions;
using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.Client.Tests.Sessions;

/// <summary>Hello and Welcome (PROTOCOL.md, section 7).</summary>
public sealed class OpeningTests
{
    [Test]
    public void Session_wants_no_link_before_it_is_started()
    {
        using var harness = new SessionHarness();
        Assert.That(harness.Session.WantsLink, Is.False);
        harness.Session.Start(harness.Now);
        Assert.That(harness.Session.WantsLink);
        harness.TakeEvents();
        Assert.That(harness.States, Is.EqualTo(new ClientState[] { new ClientState.Connecting() }));
    }

    [Test]
    public void Hello_says_who_it_is_and_resumes_nothing()
    {
        using var harness = new SessionHarness(new ClientOptions { ClientName = "tests", AuthToken = "secret" });
        harness.Session.Start(harness.Now);
        var hello = harness.OpenLink();
        Assert.That(hello, Is.EqualTo(new Hello(1, "tests", "secret", default, 0)));
        Assert.That(hello.ResumeToken.IsEmpty);
    }

    [Test]
    public void Nothing_but_hello_is_written_before_welcome()
    {
        using var harness = new SessionHarness();
        harness.Session.Start(harness.Now);
        harness.SendReliable(1);
        harness.OpenLink();
        harness.SendReliable(2);
        Assert.That(harness.Session.Send(SessionHarness.Echo, 1, [3], Priority.Normal).Error, Is.InstanceOf<NetworkError.NotConnected>());
        Assert.That(harness.Pass(TimeSpan.FromSeconds(9)), Is.Empty);
    }

    [Test]
    public void Welcome_connects_and_what_waited_follows()
    {
        using var harness = new SessionHarness();
        harness.Session.Start(harness.Now);
        harness.SendReliable(1);
        harness.OpenLink();
        harness.Welcome();
        Assert.That(harness.States.Last(), Is.EqualTo(new ClientState.Connected("peer-1")));
        Assert.That(harness.Session.PeerId, Is.EqualTo("peer-1"));
        var written = harness.Take();
        Assert.That(written[0].Is<Ping>(), "The first packet after Welcome proves that it arrived, at once.");
        Assert.That(SessionHarness.Contents(written), Is.EqualTo(new[] { 1 }));
        Assert.That(written[1].Header.Sequence, Is.EqualTo(1));
    }

    [Test]
    public void Server_that_speaks_before_welcome_loses_its_client()
    {
        using var harness = new SessionHarness();
        harness.Session.Start(harness.Now);
        harness.OpenLink();
        harness.Give(Wire.Packet(1000, 1, [1]));
        Assert.That(harness.Take(), Is.Empty, "Goodbye may not precede Welcome either.");
        harness.AssertFinalClose(CloseCode.Malformed);
        Assert.That(harness.Packets, Is.Empty);
    }

    [Test]
    public void Second_welcome_on_a_link_is_malformed()
    {
        using var harness = SessionHarness.Connected();
        harness.Welcome();
        Assert.That(harness.Take().Single().Read<Goodbye>().Error, Is.EqualTo(ErrorCode.MalformedPacket));
        harness.AssertFinalClose(CloseCode.Malformed);
    }

    [Test]
    public void Welcome_of_another_version_is_final()
    {
        using var harness = new SessionHarness();
        harness.Session.Start(harness.Now);
        harness.OpenLink();
        harness.Give(Wire.Message(new Welcome(2, "peer-1", new byte[] { 1 }, false, 0, 60, 1000, 1000)));
        harness.AssertFinalClose(CloseCode.UnsupportedVersion);
        Assert.That(harness.Session.State, Is.EqualTo(new ClientState.Closed(new NetworkError.UnsupportedVersion(2))));
    }

    [Test]
    public void Welcome_that_resumes_what_nobody_asked_for_is_malformed()
    {
        using var harness = new SessionHarness();
        harness.Session.Start(harness.Now);
        harness.OpenLink();
        harness.Welcome(resumed: true);
        harness.AssertFinalClose(CloseCode.Malformed);
    }

    [Test]
    public void Welcome_that_does_not_come_in_time_aborts_the_link()
    {
        using var harness = new SessionHarness();
        harness.Session.Start(harness.Now);
        harness.OpenLink();
        harness.Pass(TimeSpan.FromSeconds(9.9));
        Assert.That(harness.TakeClose(), Is.Null);
        harness.Pass(TimeSpan.FromSeconds(0.2));
        Assert.That(harness.TakeClose()?.Code, Is.EqualTo(1006));
    }

    [Test]
    public void Welcome_lowers_the_largest_packet_and_what_waited_above_it_fails()
    {
        var results = new List<NetworkResult>();
        using var harness = new SessionHarness();
        harness.Session.Start(harness.Now);
        Assert.That(harness.Session.SendReliable(1000, 1, new byte[3000], Priority.Normal, results.Add).IsOk);
        harness.SendReliable(7);
        harness.OpenLink();
        harness.Welcome(maxPacketBytes: 2000);
        Assert.That(results.Single().Error, Is.EqualTo(new NetworkError.LimitExceeded("MaxPacketBytes", 2000, 3000)));
        Assert.That(harness.Events.Last().Kind, Is.EqualTo(ClientEventKind.Error));
        Assert.That(SessionHarness.Contents(harness.Take()), Is.EqualTo(new[] { 7 }));
        Assert.That(harness.Session.Send(1000, 1, new byte[2001], Priority.Normal).Error, Is.InstanceOf<NetworkError.LimitExceeded>());
    }

    [Test]
    public void Credential_of_the_next_link_can_change()
    {
        using var harness = SessionHarness.Connected(new ClientOptions { AuthToken = "old" });
        harness.Session.AuthToken = "new";
        Assert.That(harness.Reconnect().AuthToken, Is.EqualTo("new"));
    }
}
