using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Sessions;
using Playground.Ecs.Networking.Testing.Frames;
using Playground.Ecs.Networking.Tests.Frame;

namespace Playground.Ecs.Networking.Tests.Sessions;

/// <summary>The secret that brings a session back (PROTOCOL.md, section 7).</summary>
public sealed class TokenTests
{
    // 192 random bits, behind the number that finds the session.
    private const int SecretBytes = 24;

    private NetworkHarness _harness = null!;

    [SetUp]
    public async Task Start() => _harness = await NetworkHarness.StartAsync();

    [TearDown]
    public async Task Stop()
    {
        await _harness.DisposeAsync();
        Assert.That(_harness.System.Buffers.RentedCount, Is.Zero);
    }

    [Test]
    public void Every_Welcome_brings_a_new_one()
    {
        var peer = SessionPeer.Connect(_harness);
        var tokens = new List<byte[]> { peer.Token };
        for (var i = 0; i < 20; i++)
        {
            peer.Cut();
            Assert.That(peer.Resume().Resumed);
            tokens.Add(peer.Token);
        }

        tokens.AddRange(Enumerable.Range(0, 20).Select(_ => SessionPeer.Connect(_harness).Token));
        Assert.That(tokens.Select(t => t.Length), Is.All.GreaterThanOrEqualTo(SecretBytes));
        Assert.That(tokens.Select(t => Convert.ToHexString(t[^SecretBytes..])), Is.Unique);
    }

    [Test]
    public void Its_bits_are_random()
    {
        const int Tokens = 400;
        var secrets = Enumerable.Range(0, Tokens).Select(_ => SessionPeer.Connect(_harness).Token[^SecretBytes..]).ToList();
        for (var bit = 0; bit < SecretBytes * 8; bit++)
        {
            // Fair coins: 400 throws are this far from 200 once in ten billion.
            Assert.That(secrets.Count(s => (s[bit / 8] >> (bit % 8) & 1) == 1), Is.InRange(135, 265), $"bit {bit}");
        }
    }

    [Test]
    public void The_one_before_stays_valid_until_the_first_packet_after_Welcome_so_that_a_lost_Welcome_locks_nobody_out()
    {
        var peer = SessionPeer.Connect(_harness);
        var first = peer.Token;
        for (var i = 0; i < 5; i++)
        {
            peer.Cut();
            peer.Token = first;
            Assert.That(peer.Resume().Resumed, $"Welcome {i} was lost");
        }
    }

    [Test]
    public void A_token_between_two_lost_Welcomes_is_gone()
    {
        var peer = SessionPeer.Connect(_harness);
        var first = peer.Token;
        peer.Cut();
        peer.Resume();
        var second = peer.Token;
        peer.Cut();
        peer.Token = first;
        peer.Resume();
        peer.Cut();
        peer.Token = second;
        Assert.That(peer.Resume().Resumed, Is.False);
    }

    [Test]
    public void The_one_before_is_worth_nothing_after_the_first_packet([Values] bool reliable)
    {
        var channel = _harness.System.RegisterPlugin("x").Unwrap();
        var peer = SessionPeer.Connect(_harness);
        var first = peer.Token;
        peer.Cut();
        peer.Resume();
        if (reliable) peer.Send(channel.Id, 1, []);
        else peer.Link.SendControl(new Ping(1));
        peer.Step();
        peer.Cut();
        var second = peer.Token;
        var thief = new SessionPeer(_harness) { Token = first };
        Assert.That(thief.Resume().Resumed, Is.False);
        peer.Token = second;
        Assert.That(peer.Resume().Resumed, "the owner is not disturbed");
    }

    [Test]
    public void The_new_one_works_before_it_is_proven()
    {
        var peer = SessionPeer.Connect(_harness);
        for (var i = 0; i < 5; i++)
        {
            peer.Cut();
            Assert.That(peer.Resume().Resumed);
        }
    }

    [Test]
    public void A_guess_is_a_new_session_and_is_counted([Values(0, 1, 8, 16, 31, 33, 64, 255)] int length)
    {
        using var meter = new MeterReading(_harness.System);
        var owner = SessionPeer.Connect(_harness);
        owner.Cut();
        var thief = new SessionPeer(_harness) { Token = new byte[length] };
        owner.Token.AsSpan(0, Math.Min(length, 31)).CopyTo(thief.Token);
        Assert.That((thief.Resume().Resumed, thief.Welcome.LastReceived), Is.EqualTo((false, (ushort)0)));
        Assert.That(thief.PeerId, Is.Not.EqualTo(owner.PeerId));
        Assert.That(owner.Resume().Resumed);
    }

    [Test]
    public void A_single_bit_that_differs_is_a_new_session()
    {
        using var meter = new MeterReading(_harness.System);
        var owner = SessionPeer.Connect(_harness);
        for (var i = 0; i < owner.Token.Length; i++)
        {
            var thief = new SessionPeer(_harness) { Token = [.. owner.Token] };
            thief.Token[i] ^= (byte)(1 << (i % 8));
            Assert.That(thief.Resume().Resumed, Is.False, $"byte {i}");
        }

        Assert.That(meter.Read("playground.sessions.resume.refused"), Is.EqualTo(owner.Token.Length));
        owner.Step();
        Assert.That(owner.End, Is.Null, "and the owner's link stays");
    }

    [Test]
    public async Task A_server_that_was_restarted_knows_no_token_of_before()
    {
        var peer = SessionPeer.Connect(_harness);
        await using var restarted = await NetworkHarness.StartAsync();
        var other = SessionPeer.Connect(restarted);
        var returning = new SessionPeer(restarted) { Token = peer.Token };
        Assert.That(returning.Resume().Resumed, Is.False);
        other.Step();
        Assert.That(other.End, Is.Null, "though the numbers of their sessions are the same");
    }

    [Test]
    public async Task A_server_that_resumes_nothing_gives_no_token()
    {
        await using var harness = await NetworkHarness.StartAsync(new NetworkingOptions { ResumeWindow = TimeSpan.Zero });
        var peer = SessionPeer.Connect(harness);
        Assert.That(peer.Token, Is.Empty);
        peer.Cut();
        Assert.That((await harness.System.QueryConnectionsAsync()).Unwrap(), Is.Empty, "the session ended with its link");
        Assert.That(peer.Resume().Resumed, Is.False);
    }

    [Test]
    public async Task Another_principal_with_the_token_gets_a_session_of_its_own()
    {
        await using var harness = await NetworkHarness.StartAsync(new NetworkingOptions
        {
            Authenticate = (request, _) => new(AuthenticationResult.Accept(request.Token!)),
        });
        var alice = await ConnectAsync(harness, "alice", []);
        var mallory = await ConnectAsync(harness, "mallory", alice.Token);
        Assert.That((mallory.Welcome.Resumed, mallory.PeerId), Is.EqualTo((false, "mallory")));
        var back = await ConnectAsync(harness, "alice", alice.Token);
        Assert.That((back.Welcome.Resumed, back.PeerId), Is.EqualTo((true, "alice")));
    }

    [Test]
    public async Task A_resume_whose_authentication_fails_changes_nothing()
    {
        await using var harness = await NetworkHarness.StartAsync(new NetworkingOptions
        {
            Authenticate = (request, _) => new(request.Token == "alice" ? AuthenticationResult.Accept("alice") : AuthenticationResult.Refuse("no")),
        });
        var alice = await ConnectAsync(harness, "alice", []);
        var thief = new SessionPeer(harness, "x", "wrong") { Token = alice.Token };
        thief.Open();
        thief.Hello();
        harness.RunUntil(() => thief.End is not null);
        Assert.That(thief.Code, Is.EqualTo(CloseCode.Unauthorized));
        alice.Step();
        Assert.That(alice.End, Is.Null);
        alice.Cut();
        Assert.That((await ConnectAsync(harness, "alice", alice.Token)).Welcome.Resumed);
    }

    private static async Task<SessionPeer> ConnectAsync(NetworkHarness harness, string principal, byte[] token)
    {
        var peer = new SessionPeer(harness, "x", principal) { Token = token };
        peer.Open();
        peer.Hello();
        harness.RunUntil(() =>
        {
            peer.Take();
            return peer.Wire.Count > 0;
        });
        return peer;
    }

    // The hook runs on the thread pool: frames go by until it has answered, but no time.
}
