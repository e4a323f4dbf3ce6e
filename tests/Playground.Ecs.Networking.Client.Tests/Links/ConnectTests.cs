using Playground.Ecs.Networking.Client.Tests.Sessions;
using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.Client.Tests.Links;

/// <summary>How links are opened: attempts, deadlines, credentials.</summary>
public sealed class ConnectTests
{
    [Test]
    public async Task Connect_is_Ok_at_the_first_Welcome()
    {
        var (rig, link) = await ClientRig.ConnectedAsync();
        await using var disposing = rig;
        Assert.That(rig.Client.State, Is.EqualTo(new ClientState.Connected("peer-1")));
        Assert.That(rig.Client.PeerId, Is.EqualTo("peer-1"));
        Assert.That((await rig.Client.ConnectAsync()).Error, Is.Null);
        var ping = await link.TakeAsync<Ping>();
        rig.Time.Advance(TimeSpan.FromMilliseconds(40));
        link.Give(Wire.Message(new Pong(ping.Stamp)), Wire.Message(new Ping(7)));
        Assert.That((await link.TakeAsync<Pong>()).Stamp, Is.EqualTo(7));
        Assert.That(rig.Client.LatencyMs, Is.EqualTo(40));
        Assert.That(rig.Client.Stats.Links, Is.EqualTo(1));
    }

    [Test]
    public async Task Server_that_is_not_there_is_tried_again_and_reported()
    {
        await using var rig = new ClientRig();
        var connecting = rig.Client.ConnectAsync();
        await rig.ExpectAsync<ClientState.Connecting>();
        await rig.RefuseAsync("nobody is there");
        var first = await rig.ExpectAsync<ClientState.Reconnecting>();
        Assert.That((first.Attempt, first.Error), Is.EqualTo((1, (NetworkError)new NetworkError.NotConnected("nobody is there"))));
        Assert.That(first.Delay, Is.LessThan(TimeSpan.FromSeconds(0.25)));
        rig.Pass(first.Delay);
        await rig.RefuseAsync("nobody is there", TimeSpan.FromSeconds(3));
        var second = await rig.ExpectAsync<ClientState.Reconnecting>();
        Assert.That(second.Attempt, Is.EqualTo(2));
        Assert.That(second.Delay.TotalSeconds, Is.InRange(3, 3.5));
        rig.Pass(second.Delay);
        await rig.RefuseAsync("nobody is there");
        var third = await rig.ExpectAsync<ClientState.Unreachable>();
        Assert.That(third.Failures, Is.EqualTo(3));
        rig.Pass(third.Delay);
        rig.Welcome(await rig.AcceptAsync());
        await rig.ExpectAsync<ClientState.Connected>();
        Assert.That((await connecting).Error, Is.Null);
    }

    [Test]
    public async Task Link_that_does_not_open_in_time_is_given_up()
    {
        await using var rig = new ClientRig();
        _ = rig.Client.ConnectAsync().AsTask();
        await rig.ExpectAsync<ClientState.Connecting>();
        var attempt = await rig.AttemptAsync();
        rig.Pass(rig.Client.Options.ConnectTimeout);
        Assert.That((await rig.ExpectAsync<ClientState.Reconnecting>()).Error.Message, Does.Contain("within 10 s"));
        Assert.That(attempt.Task.IsCanceled);
    }

    [Test]
    public async Task Server_that_does_not_say_Welcome_in_time_is_given_up()
    {
        await using var rig = new ClientRig();
        _ = rig.Client.ConnectAsync().AsTask();
        await rig.ExpectAsync<ClientState.Connecting>();
        var link = await rig.AcceptAsync();
        rig.Pass(rig.Client.Options.HeartbeatTimeout);
        Assert.That((await rig.ExpectAsync<ClientState.Reconnecting>()).Error, Is.InstanceOf<NetworkError.Timeout>());
        await link.Ended;
    }

    [Test]
    public async Task Cancelled_wait_ends_the_wait_and_not_the_client()
    {
        await using var rig = new ClientRig();
        using var cancelling = new CancellationTokenSource();
        var connecting = rig.Client.ConnectAsync(cancelling.Token);
        await rig.ExpectAsync<ClientState.Connecting>();
        await cancelling.CancelAsync();
        Assert.That((await connecting).Error, Is.InstanceOf<NetworkError.Cancelled>());
        rig.Welcome(await rig.AcceptAsync());
        await rig.ExpectAsync<ClientState.Connected>();
    }

    [Test]
    public async Task Server_that_refuses_for_good_ends_the_client_and_the_wait()
    {
        await using var rig = new ClientRig();
        var connecting = rig.Client.ConnectAsync();
        var link = await rig.AcceptAsync();
        link.Give(Wire.Message(new Goodbye(ErrorCode.Unauthorized, "who are you?", 0)));
        link.End((ushort)CloseCode.Unauthorized);
        Assert.That((await connecting).Error, Is.InstanceOf<NetworkError.Unauthorized>().With.Property("PeerMessage").EqualTo("who are you?"));
        Assert.That(rig.Client.State, Is.InstanceOf<ClientState.Closed>());
        Assert.That((await rig.Client.ConnectAsync()).Error, Is.InstanceOf<NetworkError.Unauthorized>());
    }

    [Test]
    public async Task Credential_is_got_anew_for_each_link()
    {
        var count = 0;
        await using var rig = new ClientRig(new ClientOptions { AuthTokenProvider = _ => new($"token {++count}") });
        _ = rig.Client.ConnectAsync().AsTask();
        await rig.ExpectAsync<ClientState.Connecting>();
        for (var i = 1; i <= 2; i++)
        {
            var link = await rig.OpenAsync();
            Assert.That((await link.TakeAsync<Hello>()).AuthToken, Is.EqualTo($"token {i}"));
            link.End();
            rig.Pass((await rig.ExpectAsync<ClientState.Reconnecting>()).Delay);
        }
    }

    [Test]
    public async Task Credential_that_cannot_be_got_is_a_link_that_failed()
    {
        var calls = 0;
        await using var rig = new ClientRig(new ClientOptions
        {
            AuthTokenProvider = _ => ++calls switch
            {
                1 => throw new InvalidOperationException("no credential today"),
                2 => ValueTask.FromException<string?>(new TaskCanceledException("the provider gave up")),
                3 => new(new string('x', 8193)),
                _ => new("token"),
            },
        });
        var connecting = rig.Client.ConnectAsync();
        await rig.ExpectAsync<ClientState.Connecting>();
        foreach (var expected in new[] { "no credential today", "the provider gave up" })
        {
            var state = await rig.ExpectAsync<ClientState.Reconnecting>();
            Assert.That(state.Error, Is.EqualTo(new NetworkError.NotConnected(expected)));
            rig.Pass(state.Delay);
        }

        var unreachable = await rig.ExpectAsync<ClientState.Unreachable>();
        Assert.That(unreachable.Error.Message, Does.Contain("8192"));
        rig.Pass(unreachable.Delay);
        rig.Welcome(await rig.AcceptAsync());
        Assert.That((await connecting).Error, Is.Null);
    }

    [Test]
    public async Task Provider_that_never_answers_holds_up_neither_the_next_attempt_nor_the_end()
    {
        var never = new TaskCompletionSource<string?>();
        var asked = new SemaphoreSlim(0);
        await using var rig = new ClientRig(new ClientOptions
        {
            AuthTokenProvider = _ =>
            {
                asked.Release();
                return new ValueTask<string?>(never.Task);
            },
        });
        _ = rig.Client.ConnectAsync().AsTask();
        await rig.ExpectAsync<ClientState.Connecting>();
        Assert.That(await asked.WaitAsync(ClientRig.Patience));
        rig.Pass(rig.Client.Options.ConnectTimeout);
        var state = await rig.ExpectAsync<ClientState.Reconnecting>();
        Assert.That(state.Error.Message, Does.Contain("within 10 s"));
        rig.Pass(state.Delay);
        Assert.That(await asked.WaitAsync(ClientRig.Patience));
        await rig.Client.DisposeAsync().AsTask().WaitAsync(ClientRig.Patience);
        never.SetException(new InvalidOperationException("too late for anybody"));
    }

    [Test]
    public async Task Provider_that_throws_because_the_client_closes_spoils_no_close()
    {
        var asked = new SemaphoreSlim(0);
        await using var rig = new ClientRig(new ClientOptions
        {
            AuthTokenProvider = async cancellation =>
            {
                asked.Release();
                var closing = new TaskCompletionSource();
                await using var registration = cancellation.Register(closing.SetResult);
                await closing.Task;
                throw new InvalidOperationException("called off");
            },
        });
        var connecting = rig.Client.ConnectAsync();
        Assert.That(await asked.WaitAsync(ClientRig.Patience));
        await rig.Client.CloseAsync().AsTask().WaitAsync(ClientRig.Patience);
        Assert.That((await connecting).Error, Is.InstanceOf<NetworkError.NotConnected>());
        Assert.That(rig.Client.State, Is.EqualTo(new ClientState.Closed(null)));
    }
}
