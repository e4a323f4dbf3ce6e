using System.Net;
using Playground.Ecs.Networking.Links;
using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Sessions;
using Playground.Ecs.Networking.Testing.Frames;
using Playground.Ecs.Networking.Tests.Frame;

namespace Playground.Ecs.Networking.Tests.Sessions;

/// <summary>Resume tokens that find no session.</summary>
public sealed class GuessTests
{
    private static readonly LinkUpgrade Guesser = From("198.51.100.1");

    [Test]
    public async Task Five_a_minute_and_address_get_new_sessions_and_one_more_4002()
    {
        await using var harness = await NetworkHarness.StartAsync();
        using var meter = new MeterReading(harness.System);
        var random = new Random(3);
        for (var i = 0; i < 5; i++) Assert.That(Guess(harness, Guesser, random).Welcome, Is.EqualTo("new"));
        var sixth = Guess(harness, Guesser, random).Peer;
        Assert.That((CloseCode)sixth.End!.Code, Is.EqualTo(CloseCode.RateLimited));
        Assert.That((sixth.Goodbyes.Single().Error, sixth.Goodbyes[0].RetryAfterMs), Is.EqualTo((ErrorCode.RateLimited, 1_000u)));
        Assert.That(meter.Read("playground.sessions.resume.refused"), Is.EqualTo(6));
        Assert.That(meter.Read("playground.connections.ended", nameof(DisconnectReason.RateLimited)), Is.EqualTo(1));

        Assert.That(Guess(harness, From("198.51.100.2"), random).Welcome, Is.Not.Null, "others go on");
        harness.StepFor(TimeSpan.FromSeconds(61));
        Assert.That(Guess(harness, Guesser, random).Welcome, Is.Not.Null, "a minute later too");
    }

    [Test]
    public async Task A_wrong_secret_of_a_session_that_is_there_is_a_guess_and_leaves_it_alone()
    {
        await using var harness = await NetworkHarness.StartAsync(new NetworkingOptions { ResumeGuessesPerMinute = 1 });
        var owner = SessionPeer.Connect(harness);
        var token = owner.Token.ToArray();
        token[^1] ^= 1;
        Assert.That(Say(harness, Guesser, token).Welcome, Is.EqualTo("new"));
        Assert.That((CloseCode)Say(harness, Guesser, token).Peer.End!.Code, Is.EqualTo(CloseCode.RateLimited));
        owner.Cut();
        Assert.That(owner.Resume().Resumed);
    }

    [Test]
    public async Task A_Hello_without_a_token_is_no_guess()
    {
        await using var harness = await NetworkHarness.StartAsync();
        for (var i = 0; i < 20; i++) Assert.That(Say(harness, Guesser, []).Welcome, Is.Not.Null);
    }

    private static LinkUpgrade From(string address) => new(new IPEndPoint(IPAddress.Parse(address), 1), "localhost", null, null);

    private static (TestPeer Peer, string? Welcome) Guess(NetworkHarness harness, LinkUpgrade from, Random random)
    {
        var token = new byte[32];
        random.NextBytes(token);
        return Say(harness, from, token);
    }

    private static (TestPeer Peer, string? Welcome) Say(NetworkHarness harness, LinkUpgrade from, byte[] token)
    {
        var peer = harness.Connect(from);
        peer.SendControl(new Hello(ProtocolLimits.Version, "guess", null, token, 0));
        harness.Step(2);
        return (peer, peer.Next() is { } packet && Welcome.TryRead(packet.Data, out var welcome) ? welcome.Resumed ? "resumed" : "new" : null);
    }
}
