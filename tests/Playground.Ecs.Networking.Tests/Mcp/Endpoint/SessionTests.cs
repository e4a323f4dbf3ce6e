using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using Playground.Ecs.Networking.Mcp;

namespace Playground.Ecs.Networking.Tests.Mcp.Endpoint;

/// <summary>When a model has a session of the loop's, and when not any more.</summary>
[TestFixture]
public sealed class SessionTests
{
    [Test]
    public async Task A_handshake_that_is_not_completed_takes_no_channel()
    {
        var time = new FakeTimeProvider();
        await using var rig = await McpRig.StartAsync(options: new NetworkingOptions { TimeProvider = time });
        var session = await rig.InitializeAsync();
        Assert.That(rig.Loop.SessionCount, Is.Zero);
        using var ready = await rig.PostOlderAsync("notifications/initialized", null, session, id: null);
        Assert.That(ready.StatusCode, Is.EqualTo(HttpStatusCode.Accepted));
        Assert.That(rig.Loop.SessionCount, Is.EqualTo(1));
        var identity = rig.Loop.Opened.Single().Identity;
        Assert.That(identity, Is.EqualTo(new LlmIdentity(session, null, "raw", "1", null)));
        time.Advance(TimeSpan.FromSeconds(30));
        Assert.That(rig.Loop.Opened.Single().Idle, Is.EqualTo(TimeSpan.Zero), "it lasts as long as the SDK's");
    }

    [Test]
    public async Task Each_session_of_the_older_era_has_its_channel_and_gives_it_back_with_delete()
    {
        await using var rig = await McpRig.StartAsync();
        var first = await rig.BeginSessionAsync();
        var second = await rig.BeginSessionAsync();
        Assert.That(rig.Loop.Opened.Select(static session => session.Channel), Is.Unique);
        Assert.That(await rig.DeleteAsync(first), Is.EqualTo(200));
        Assert.That(TakeClosed(rig).Identity.SessionId, Is.EqualTo(first));
        using var gone = await rig.PostOlderAsync("tools/call", McpRig.Call("echo"), first);
        Assert.That(gone.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
        using var other = await rig.PostOlderAsync("tools/call", McpRig.Call("echo"), second);
        Assert.That(other.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(rig.Loop.SessionCount, Is.EqualTo(1));
    }

    [Test]
    public async Task A_session_that_is_idle_is_ended()
    {
        var time = new FakeTimeProvider();
        await using var rig = await McpRig.StartAsync(new McpOptions { IdleTimeout = TimeSpan.FromMinutes(1) }, new NetworkingOptions { TimeProvider = time });
        var session = await rig.BeginSessionAsync();
        time.Advance(TimeSpan.FromSeconds(50));
        using (var used = await rig.PostOlderAsync("tools/list", null, session)) await McpRig.AllAsync(used);
        time.Advance(TimeSpan.FromSeconds(50));
        using (var used = await rig.PostOlderAsync("tools/list", null, session)) Assert.That(used.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(rig.Loop.SessionCount, Is.EqualTo(1));

        // The SDK looks every five seconds; a request that has just ended may count as being served until the next look.
        LlmSession? closed = null;
        for (var i = 0; i < 100 && closed is null; i++)
        {
            time.Advance(TimeSpan.FromSeconds(66));
            rig.Loop.Closed.TryTake(out closed, TimeSpan.FromSeconds(1));
        }

        Assert.That(closed!.Identity.SessionId, Is.EqualTo(session));
    }

    [Test]
    public async Task A_session_with_an_open_stream_is_not_idle()
    {
        var time = new FakeTimeProvider();
        await using var rig = await McpRig.StartAsync(new McpOptions { IdleTimeout = TimeSpan.FromMinutes(1) }, new NetworkingOptions { TimeProvider = time });
        var streaming = await rig.BeginSessionAsync();
        using var stream = await rig.GetAsync(streaming);
        await rig.BeginSessionAsync();
        LlmSession? closed = null;
        for (var i = 0; i < 100 && closed is null; i++)
        {
            time.Advance(TimeSpan.FromSeconds(66));
            rig.Loop.Closed.TryTake(out closed, TimeSpan.FromSeconds(1));
        }

        Assert.That(closed!.Identity.SessionId, Is.Not.EqualTo(streaming));
        Assert.That(rig.Loop.SessionCount, Is.EqualTo(1));
    }

    [Test]
    public async Task When_all_channels_are_taken_the_answer_is_503_and_a_freed_one_works()
    {
        await using var rig = await McpRig.StartAsync();
        rig.Loop.SessionsMax = 1;
        var first = await rig.BeginSessionAsync();
        var second = await rig.InitializeAsync();
        using var full = await rig.PostOlderAsync("notifications/initialized", null, second, id: null);
        Assert.That(full.StatusCode, Is.EqualTo(HttpStatusCode.ServiceUnavailable));
        Assert.That(full.Headers.RetryAfter!.Delta, Is.GreaterThan(TimeSpan.Zero));
        using var call = await rig.PostOlderAsync("tools/call", McpRig.Call("echo"), second, id: 9);
        Assert.That(call.StatusCode, Is.EqualTo(HttpStatusCode.ServiceUnavailable));
        Assert.That((await McpRig.AllAsync(call)).Single().GetProperty("id").GetInt32(), Is.EqualTo(9));
        using var newer = await rig.PostNewerAsync("tools/call", McpRig.Call("echo"));
        Assert.That(newer.StatusCode, Is.EqualTo(HttpStatusCode.ServiceUnavailable));
        Assert.That(await rig.DeleteAsync(first), Is.EqualTo(200));
        TakeClosed(rig);
        using var freed = await rig.PostNewerAsync("tools/call", McpRig.Call("echo"));
        Assert.That(freed.StatusCode, Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task There_are_no_more_handshakes_than_sessions()
    {
        await using var rig = await McpRig.StartAsync(new McpOptions { SessionsMax = 2 });
        var first = await rig.BeginSessionAsync();
        await rig.InitializeAsync();
        using var full = await rig.PostOlderAsync("initialize", []);
        Assert.That(full.StatusCode, Is.EqualTo(HttpStatusCode.ServiceUnavailable));
        Assert.That(await rig.DeleteAsync(first), Is.EqualTo(200));
        TakeClosed(rig);
        Assert.That(await rig.BeginSessionAsync(), Is.Not.Empty);
    }

    [Test]
    public async Task The_same_client_of_the_newer_era_is_the_same_session_and_its_agents_are_others()
    {
        await using var rig = await McpRig.StartAsync();
        for (var i = 0; i < 3; i++)
        {
            using var again = await rig.PostNewerAsync("tools/call", McpRig.Call("echo"));
            await McpRig.AllAsync(again);
        }

        using var other = await rig.PostNewerAsync("tools/call", McpRig.Call("echo"), client: "other");
        using var agent = await rig.PostNewerAsync("tools/call", McpRig.Call("echo"), configure: static request => request.Headers.Add("Playground-Agent", "a\u00031"));
        Assert.That(agent.StatusCode, Is.EqualTo(HttpStatusCode.OK).Or.EqualTo(HttpStatusCode.BadRequest));
        using var second = await rig.PostNewerAsync("tools/call", McpRig.Call("echo"), configure: static request => request.Headers.Add("Playground-Agent", "a2"));
        Assert.That(second.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(
            rig.Loop.Opened.Select(static session => (session.Identity.ClientName, session.Identity.Agent)),
            Is.SupersetOf(new[] { ("raw", (string?)null), ("other", null), ("raw", "a2") }));
        Assert.That(rig.Loop.Opened.Count(static session => session.Identity is { ClientName: "raw", Agent: null }), Is.EqualTo(1));
    }

    [Test]
    public async Task A_listing_takes_no_channel()
    {
        await using var rig = await McpRig.StartAsync();
        using var listed = await rig.PostNewerAsync("tools/list");
        Assert.That(listed.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(rig.Loop.Opened, Is.Empty);
    }

    [Test]
    public async Task A_client_of_the_newer_era_is_alive_while_it_asks_for_anything_or_listens()
    {
        var time = new FakeTimeProvider();
        await using var rig = await McpRig.StartAsync(options: new NetworkingOptions { TimeProvider = time });
        using (var call = await rig.PostNewerAsync("tools/call", McpRig.Call("echo"))) await McpRig.AllAsync(call);
        var session = rig.Loop.Opened.Single();
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.That(session.Idle, Is.EqualTo(TimeSpan.FromSeconds(1)));
        using (var list = await rig.PostNewerAsync("tools/list")) await McpRig.AllAsync(list);
        Assert.That(session.Idle, Is.EqualTo(TimeSpan.Zero));
        using var stream = await rig.PostNewerAsync("subscriptions/listen", new JsonObject { ["notifications"] = new JsonObject() });
        await foreach (var message in McpRig.MessagesAsync(stream))
        {
            Assert.That(message.GetProperty("method").GetString(), Is.EqualTo("notifications/subscriptions/acknowledged"));
            break;
        }

        time.Advance(TimeSpan.FromSeconds(30));
        Assert.That(session.Idle, Is.EqualTo(TimeSpan.Zero), "its listener is open");
    }

    [Test]
    public async Task A_session_that_the_loop_ended_is_replaced_at_the_next_call()
    {
        await using var rig = await McpRig.StartAsync();
        using (var call = await rig.PostNewerAsync("tools/call", McpRig.Call("echo"))) await McpRig.AllAsync(call);
        var older = await rig.BeginSessionAsync();
        foreach (var session in rig.Loop.Opened.ToList()) rig.Loop.Close(session);
        using (var call = await rig.PostNewerAsync("tools/call", McpRig.Call("echo"))) Assert.That(await McpRig.AllAsync(call), Has.Count.EqualTo(1));
        using (var call = await rig.PostOlderAsync("tools/call", McpRig.Call("echo"), older)) Assert.That(await McpRig.AllAsync(call), Has.Count.EqualTo(1));
        Assert.That(rig.Loop.Opened, Has.Count.EqualTo(4));
        Assert.That(rig.Loop.SessionCount, Is.EqualTo(2));
    }

    private static LlmSession TakeClosed(McpRig rig)
    {
        Assert.That(rig.Loop.Closed.TryTake(out var closed, McpRig.Patience), Is.True);
        return closed!;
    }
}
