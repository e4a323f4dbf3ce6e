using Playground.Ecs.Networking.Links;
using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Sessions;
using Playground.Ecs.Networking.Testing.Frames;
using Playground.Ecs.Networking.Tests.Frame;
using Playground.Ecs.Networking.Tests.Frames;

namespace Playground.Ecs.Networking.Tests.Sessions;

public sealed class AuthenticationTests
{
    private static readonly Authenticate ByToken = static (request, _) => new(
        request.Token is { Length: > 0 } token ? AuthenticationResult.Accept(token) : AuthenticationResult.Refuse("no token"));

    [Test]
    public async Task Who_is_accepted_gets_the_principals_name()
    {
        AuthenticationRequest? seen = null;
        await using var harness = await StartAsync((request, _) =>
        {
            seen = request;
            return new(AuthenticationResult.Accept("alice"));
        });
        var peer = harness.Connect(new LinkUpgrade(null, "arena", "https://example.org", ProtocolLimits.Subprotocol));
        peer.Hello("browser", "secret");
        harness.RunUntil(() => peer.Next() is { Type: (ushort)ControlType.Welcome });
        Assert.That((await harness.System.QueryConnectionsAsync()).Unwrap().Single().PeerId, Is.EqualTo("alice"));
        Assert.That((seen!.ClientName, seen.Token, seen.Upgrade.Origin), Is.EqualTo(("browser", "secret", "https://example.org")));
        Assert.That(seen.ToString(), Does.Not.Contain("secret"));
    }

    [Test]
    public async Task Who_is_refused_is_told_why()
    {
        await using var harness = await StartAsync(ByToken);
        var peer = harness.Connect();
        peer.Hello();
        harness.RunUntil(() => peer.End is not null);
        ExpectUnauthorized(peer, "no token");
        Assert.That((await harness.System.QueryConnectionsAsync()).Unwrap(), Is.Empty);
    }

    [Test]
    public async Task A_hook_that_throws_refuses_and_is_logged_without_telling_the_peer_what()
    {
        var log = new LogLines();
        await using var harness = await StartAsync((_, _) => throw new InvalidOperationException("database is on fire"), log);
        var peer = harness.Connect();
        peer.Hello();
        harness.RunUntil(() => peer.End is not null);
        ExpectUnauthorized(peer, "authentication failed");
        Assert.That(log.Exceptions.Single().Message, Is.EqualTo("database is on fire"));
    }

    [Test]
    public async Task A_hook_that_takes_too_long_is_cancelled_and_refuses()
    {
        var cancelled = new TaskCompletionSource();
        await using var harness = await StartAsync(async (_, token) =>
        {
            await using var registration = token.Register(() => cancelled.SetResult());
            await new TaskCompletionSource().Task;
            return default;
        });
        var peer = harness.Connect();
        peer.Hello();
        harness.StepFor(TimeSpan.FromSeconds(4.9));
        Assert.That(peer.End, Is.Null);
        harness.StepFor(TimeSpan.FromSeconds(0.2));
        harness.RunUntil(() => peer.End is not null);
        ExpectUnauthorized(peer, "authentication took too long");
        await cancelled.Task;
    }

    [Test]
    public async Task The_link_is_not_read_while_its_Hello_is_checked()
    {
        var answer = new TaskCompletionSource<AuthenticationResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var harness = await StartAsync((_, _) => new(answer.Task));
        var channel = harness.System.RegisterPlugin("x").Unwrap();
        var peer = harness.Connect();
        peer.Hello();
        harness.Step(10);
        peer.Send(channel.Id, 1, []);
        harness.Step(10);
        Assert.That((channel.WaitingCount, peer.End), Is.EqualTo((0, (LinkEnd?)null)));
        answer.SetResult(AuthenticationResult.Accept("bob"));
        harness.RunUntil(() => channel.WaitingCount == 1);
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_link_that_ends_while_its_Hello_is_checked_is_noticed_at_once(bool byClose)
    {
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var harness = await StartAsync(async (_, token) =>
        {
            await using var registration = token.Register(() => cancelled.TrySetResult());
            await new TaskCompletionSource().Task;
            return default;
        });
        using var meter = new MeterReading(harness.System);
        var peer = harness.Connect();
        peer.Hello();
        harness.Step(2);
        if (byClose) peer.Client.Close(1000);
        else peer.Client.Abort();
        harness.Step();
        var reason = byClose ? DisconnectReason.ClosedByPeer : DisconnectReason.LinkLost;
        Assert.That(meter.Read("playground.connections.ended", reason.ToString()), Is.EqualTo(1));
        await cancelled.Task.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Test]
    public async Task What_is_malformed_while_its_Hello_is_checked_ends_the_link_then()
    {
        var answer = new TaskCompletionSource<AuthenticationResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var harness = await StartAsync((_, _) => new(answer.Task));
        var peer = harness.Connect();
        peer.Hello();
        harness.Step();
        peer.SendRaw([1]);
        harness.Step();
        Assert.That((CloseCode)peer.End!.Code, Is.EqualTo(CloseCode.Malformed));
        answer.SetResult(AuthenticationResult.Accept("late"));
        harness.Step(3);
        Assert.That((await harness.System.QueryConnectionsAsync()).Unwrap(), Is.Empty);
    }

    [Test]
    public async Task A_plain_client_is_refused()
    {
        await using var harness = await StartAsync(ByToken);
        var peer = harness.Connect();
        peer.SendControl(new ListChannels(1));
        harness.Step();
        ExpectUnauthorized(peer, "requires a Hello");
    }

    [Test]
    public async Task A_client_that_says_no_Hello_in_time_is_refused()
    {
        await using var harness = await StartAsync(ByToken);
        var peer = harness.Connect();
        harness.StepFor(TimeSpan.FromSeconds(4.9));
        Assert.That(peer.End, Is.Null);
        harness.StepFor(TimeSpan.FromSeconds(0.2));
        ExpectUnauthorized(peer, "no Hello within");
    }

    [Test]
    public async Task A_second_session_of_a_principal_gets_a_number_and_a_freed_name_is_used_again()
    {
        await using var harness = await StartAsync(ByToken);
        var peers = new List<TestPeer>();
        for (var i = 0; i < 3; i++) peers.Add(await ConnectAsync(harness, "carol"));
        Assert.That(peers.Select(p => p.PeerId), Is.EqualTo(new[] { "carol", "carol#2", "carol#3" }));
        peers[1].SendControl(new Goodbye(ErrorCode.None, "", 0));
        harness.Step(2);
        Assert.That((await ConnectAsync(harness, "carol")).PeerId, Is.EqualTo("carol#2"));
    }

    [Test]
    public async Task A_link_lost_while_its_Hello_is_checked_leaves_nothing_behind()
    {
        var answer = new TaskCompletionSource<AuthenticationResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var harness = await StartAsync((_, _) => new(answer.Task));
        var peer = harness.Connect();
        peer.Hello();
        harness.Step();
        peer.Client.Abort();
        harness.Step(3);
        answer.SetResult(AuthenticationResult.Accept("dora"));
        harness.RunUntil(() => harness.Transport.LinkCount == 0);
        harness.StepFor(harness.Options.ResumeWindow * 1.01);
        Assert.That((await harness.System.QueryConnectionsAsync()).Unwrap(), Is.Empty);
        Assert.That((await harness.System.GetStatsAsync()).Unwrap().ConnectionsActive, Is.Zero);
    }

    [Test]
    public async Task An_authenticated_principal_is_bound_to_the_entity_that_expects_it()
    {
        await using var harness = await StartAsync(ByToken);
        var entity = (await harness.System.CreateConnectionAsync("erin")).Unwrap();
        var peer = await ConnectAsync(harness, "erin");
        Assert.That((peer.PeerId, await harness.EntityOfAsync("erin")), Is.EqualTo(("erin", entity)));
    }

    [Test]
    public async Task Disposal_does_not_wait_for_a_hook_that_never_answers()
    {
        var harness = await StartAsync(async (_, _) =>
        {
            await new TaskCompletionSource().Task;
            return default;
        });
        var peer = harness.Connect();
        peer.Hello();
        harness.Step(2);
        await harness.DisposeAsync();
        Assert.That(peer.End!.Code, Is.EqualTo((ushort)CloseCode.GoingAway));
    }

    private static Task<NetworkHarness> StartAsync(Authenticate authenticate, LogLines? log = null) =>
        NetworkHarness.StartAsync(log is null
            ? new NetworkingOptions { Authenticate = authenticate }
            : new NetworkingOptions { Authenticate = authenticate, LoggerFactory = log });

    private static async Task<TestPeer> ConnectAsync(NetworkHarness harness, string token)
    {
        var peer = harness.Connect();
        peer.Hello("x", token);
        var packet = default(PeerPacket);
        harness.RunUntil(() => (packet = peer.Next()) is not null);
        Assert.That(Welcome.TryRead(packet!.Data, out var welcome));
        peer.Take(welcome);
        return peer;
    }

    // The hook runs on the thread pool: frames go by until it has answered, but no time.

    private static void ExpectUnauthorized(TestPeer peer, string reason)
    {
        Assert.That((CloseCode)peer.End!.Code, Is.EqualTo(CloseCode.Unauthorized));
        Assert.That(peer.Goodbyes.Single().Error, Is.EqualTo(ErrorCode.Unauthorized));
        Assert.That(peer.Goodbyes[0].Reason, Does.Contain(reason));
    }
}
