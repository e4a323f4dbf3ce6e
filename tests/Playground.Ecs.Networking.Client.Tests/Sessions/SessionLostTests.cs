using Playground.Ecs.Networking.Client.Sessions;
using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.Client.Tests.Sessions;

/// <summary>The server began a new session: nothing is silently lost (PROTOCOL.md, section 7).</summary>
public sealed class SessionLostTests
{
    private readonly List<NetworkError?> _errors = [];

    [SetUp]
    public void Forget() => _errors.Clear();

    [Test]
    public void All_that_is_reliable_and_all_questions_fail_and_the_application_is_told()
    {
        using var harness = SessionHarness.Connected();
        harness.SendReliable(1, acknowledged: result => _errors.Add(result.Error));
        harness.Session.Request(1000, 1, [], Priority.High, answer => _errors.Add(answer.Error), long.MaxValue);
        harness.Take();
        harness.Session.LinkClosed(1006, string.Empty, harness.Now);
        harness.SendReliable(2, acknowledged: result => _errors.Add(result.Error));
        harness.Session.Ask(id => new Subscribe(id, "echo"), reply => _errors.Add(reply.Error), long.MaxValue);
        harness.WaitForLink();
        harness.OpenLink();
        harness.Welcome(resumed: false);

        Assert.That(_errors, Has.Count.EqualTo(4).And.All.InstanceOf<NetworkError.NotConnected>());
        Assert.That(_errors.Select(static e => e!.Message), Has.All.Contains("session was lost"));
        Assert.That(harness.States.Last(), Is.EqualTo(new ClientState.SessionLost("peer-1")));
        Assert.That(harness.Session.State.IsConnected);
        Assert.That(harness.Take().Select(static p => p.Type), Is.EqualTo(new[] { Ping.WireType }), "Nothing of the old session is sent.");
    }

    [Test]
    public void Sequences_start_anew_in_both_directions()
    {
        using var harness = SessionHarness.Connected();
        harness.SendReliable(1);
        harness.Take();
        harness.Give(Wire.Reliable(1, 1000, 5, []), Wire.Message(new Ack(1)));
        harness.Reconnect();
        harness.Welcome(resumed: false);
        harness.SendReliable(2);
        Assert.That(harness.Take().Single(static p => p.Header.IsReliable).Header.Sequence, Is.EqualTo(1));
        harness.Give(Wire.Reliable(1, 1000, 6, []));
        Assert.That(harness.Packets.Select(static e => e.Type), Is.EqualTo(new ushort[] { 5, 6 }));
    }

    [Test]
    public void Partial_payloads_of_the_old_session_are_forgotten()
    {
        using var harness = SessionHarness.Connected();
        harness.Give(Wire.Reliable(1, 1000, 5, [1], more: true));
        harness.Reconnect();
        harness.Welcome(resumed: false);
        harness.Give(Wire.Reliable(1, 1000, 5, [2]));
        Assert.That(harness.Packets.Single().Data.ToArray(), Is.EqualTo(new byte[] { 2 }));
    }

    [Test]
    public void New_session_resumes_with_its_own_token()
    {
        using var harness = SessionHarness.Connected();
        harness.Reconnect();
        harness.Welcome(resumed: false);
        Assert.That(harness.Resume(0).ResumeToken.ToArray(), Is.EqualTo(new byte[] { 2 }));
        Assert.That(harness.States.Last(), Is.InstanceOf<ClientState.Resumed>());
        Assert.That(harness.Session.Counters.SessionsLost, Is.EqualTo(1));
    }

    [Test]
    public void Requests_of_the_old_session_are_answered_to_nobody()
    {
        using var harness = SessionHarness.Connected();
        harness.Give(Wire.Message(new Request(7, 1, default), 1000, 1));
        var asked = harness.Events.Single(static e => e.Kind == ClientEventKind.Request);
        harness.Reconnect();
        harness.Welcome(resumed: false);
        Assert.That(
            harness.Session.Respond(asked.Channel, asked.RequestId, default).Error,
            Is.InstanceOf<NetworkError.NotConnected>());
        Assert.That(harness.Take().Any(static p => p.Is<Response>()), Is.False);
    }

    [Test]
    public void Server_that_resumes_nothing_begins_a_new_session_each_time()
    {
        using var harness = new SessionHarness();
        harness.Session.Start(harness.Now);
        harness.OpenLink();
        harness.Give(Wire.Message(new Welcome(1, "peer-1", default, false, 0, 60, 1000, 262_144)));
        Assert.That(harness.Reconnect().ResumeToken.IsEmpty);
        harness.Give(Wire.Message(new Welcome(1, "peer-2", default, false, 0, 60, 1000, 262_144)));
        Assert.That(harness.States.Last(), Is.EqualTo(new ClientState.SessionLost("peer-2")));
    }

    [Test]
    public void What_was_queued_before_the_first_session_is_not_lost_with_a_failed_link()
    {
        using var harness = new SessionHarness();
        harness.Session.Start(harness.Now);
        harness.SendReliable(1);
        harness.OpenLink();
        harness.Reconnect();
        harness.Welcome();
        Assert.That(harness.States.Last(), Is.InstanceOf<ClientState.Connected>());
        Assert.That(SessionHarness.Contents(harness.Take()), Is.EqualTo(new[] { 1 }));
    }
}
