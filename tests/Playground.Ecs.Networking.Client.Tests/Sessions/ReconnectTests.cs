using Playground.Ecs.Networking.Client.Sessions;
using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.Client.Tests.Sessions;

/// <summary>Backoff, close codes and what the application is told of them (PROTOCOL.md, sections 7 and 10).</summary>
public sealed class ReconnectTests
{
    [Test]
    public void Waits_are_random_below_a_ceiling_that_doubles_up_to_its_end()
    {
        var options = new ClientOptions();
        var ceilings = new double[] { 0.25, 0.5, 1, 2, 4, 8, 15, 15, 15 };
        var largest = new double[ceilings.Length];
        for (var seed = 0; seed < 200; seed++)
        {
            var backoff = new Backoff(options, new Random(seed));
            for (var i = 0; i < ceilings.Length; i++)
            {
                var wait = TimeSpan.FromTicks(backoff.Next(0, null)).TotalSeconds;
                Assert.That(wait, Is.InRange(0, ceilings[i]), $"seed {seed}, attempt {i + 1}");
                largest[i] = Math.Max(largest[i], wait);
            }
        }

        for (var i = 0; i < ceilings.Length; i++) Assert.That(largest[i], Is.GreaterThan(0.9 * ceilings[i]));
    }

    [Test]
    public void Link_that_lived_as_long_as_the_wait_could_have_been_starts_the_doubling_anew()
    {
        var backoff = new Backoff(new ClientOptions(), new Random(1));
        for (var i = 0; i < 3; i++) backoff.Next(0, null);
        backoff.Next(TimeSpan.FromSeconds(0.9).Ticks, null);
        Assert.That(backoff.Attempt, Is.EqualTo(4));
        backoff.Next(TimeSpan.FromSeconds(2).Ticks, null);
        Assert.That(backoff.Attempt, Is.EqualTo(1));
    }

    [Test]
    public void Goodbye_says_when_to_come_back_at_the_earliest()
    {
        using var harness = SessionHarness.Connected();
        harness.Give(Wire.Message(new Goodbye(ErrorCode.RateLimited, "slow down", 3000)));
        harness.Session.LinkClosed((ushort)CloseCode.RateLimited, string.Empty, harness.Now);
        harness.TakeEvents();
        var state = (ClientState.Reconnecting)harness.States.Last();
        Assert.That(state.Delay.TotalSeconds, Is.InRange(3, 3.25));
        Assert.That(state.Error, Is.EqualTo(new NetworkError.RateLimited("refused by the peer") { PeerMessage = "slow down" }));
        harness.Pass(TimeSpan.FromSeconds(2.9));
        Assert.That(harness.Session.WantsLink, Is.False);
        harness.Pass(TimeSpan.FromSeconds(0.4));
        Assert.That(harness.Session.WantsLink);
    }

    [Test]
    public void Wait_that_the_server_asks_for_has_an_end()
    {
        using var harness = SessionHarness.Connected();
        harness.Give(Wire.Message(new Goodbye(ErrorCode.None, "", uint.MaxValue)));
        harness.Session.LinkClosed(1001, string.Empty, harness.Now);
        harness.TakeEvents();
        Assert.That(((ClientState.Reconnecting)harness.States.Last()).Delay.TotalMinutes, Is.InRange(5, 5.01));
    }

    [Test]
    public void Refused_upgrade_says_when_to_come_back()
    {
        using var harness = new SessionHarness();
        harness.Session.Start(harness.Now);
        harness.Session.LinkFailed("HTTP 503", TimeSpan.FromSeconds(2), harness.Now);
        Assert.That(harness.Session.WantsLink, Is.False);
        harness.TakeEvents();
        Assert.That(((ClientState.Reconnecting)harness.States.Last()).Delay.TotalSeconds, Is.InRange(2, 2.25));
    }

    [TestCase(1000)]
    [TestCase(1002)]
    [TestCase(1003)]
    [TestCase(1007)]
    [TestCase(1008)]
    [TestCase(1009)]
    [TestCase(4500)]
    [TestCase(4501)]
    [TestCase(4502)]
    [TestCase(4503)]
    [TestCase(4504)]
    [TestCase(4505)]
    [TestCase(4999)]
    public void Final_code_ends_the_client_and_fails_what_is_under_way(int code)
    {
        var results = new List<NetworkResult>();
        using var harness = SessionHarness.Connected();
        harness.SendReliable(1, acknowledged: results.Add);
        harness.Session.LinkClosed((ushort)code, "because", harness.Now);
        Assert.That(harness.Session.State, Is.InstanceOf<ClientState.Closed>());
        Assert.That(((ClientState.Closed)harness.Session.State).Error!.Message, Does.Contain("because").Or.Contain("version"));
        Assert.That(harness.Session.WantsLink, Is.False);
        Assert.That(harness.Session.NextDeadline, Is.EqualTo(long.MaxValue));
        Assert.That(results.Single().Error, Is.InstanceOf<NetworkError.NotConnected>());
        Assert.That(harness.Session.SendReliable(1000, 1, [], Priority.Normal).Error, Is.InstanceOf<NetworkError.NotConnected>());
    }

    [TestCase(1001)]
    [TestCase(1005)]
    [TestCase(1006)]
    [TestCase(1011)]
    [TestCase(1013)]
    [TestCase(3000)]
    [TestCase(4000)]
    [TestCase(4001)]
    [TestCase(4002)]
    [TestCase(4003)]
    public void Any_other_code_reconnects(int code)
    {
        using var harness = SessionHarness.Connected();
        harness.Session.LinkClosed((ushort)code, string.Empty, harness.Now);
        Assert.That(harness.Session.State, Is.InstanceOf<ClientState.Reconnecting>());
        harness.WaitForLink();
    }

    [Test]
    public void Code_of_a_link_that_is_not_the_current_one_means_nothing()
    {
        using var harness = SessionHarness.Connected();
        harness.Session.LinkClosed(1006, string.Empty, harness.Now);
        harness.Session.LinkClosed((ushort)CloseCode.Replaced, string.Empty, harness.Now);
        Assert.That(harness.Session.State, Is.InstanceOf<ClientState.Reconnecting>());
    }

    [Test]
    public void Three_links_in_a_row_without_welcome_are_reported_and_it_goes_on()
    {
        using var harness = new SessionHarness();
        harness.Session.Start(harness.Now);
        harness.Session.LinkFailed("refused", null, harness.Now);
        harness.WaitForLink();
        harness.OpenLink();
        harness.Session.LinkClosed(1006, string.Empty, harness.Now);
        Assert.That(harness.Session.State, Is.InstanceOf<ClientState.Reconnecting>());
        harness.WaitForLink();
        harness.Session.LinkFailed("refused again", null, harness.Now);
        var state = (ClientState.Unreachable)harness.Session.State;
        Assert.That(state.Failures, Is.EqualTo(3));
        Assert.That(state.Error.Message, Does.Contain("refused again"));
        harness.WaitForLink();
        harness.OpenLink();
        harness.Welcome();
        harness.TakeEvents();
        Assert.That(harness.Session.State, Is.InstanceOf<ClientState.Connected>());
        harness.Session.LinkClosed(1006, string.Empty, harness.Now);
        Assert.That(harness.Session.State, Is.InstanceOf<ClientState.Reconnecting>(), "A welcome ends the row.");
    }

    [Test]
    public void Client_that_loses_a_session_is_told_after_three_failures_too()
    {
        using var harness = SessionHarness.Connected();
        harness.Session.LinkClosed(1006, string.Empty, harness.Now);
        for (var i = 0; i < 3; i++)
        {
            harness.WaitForLink();
            harness.Session.LinkFailed("refused", null, harness.Now);
        }

        Assert.That(harness.Session.State, Is.InstanceOf<ClientState.Unreachable>());
    }
}
