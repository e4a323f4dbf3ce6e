using Playground.Ecs.Networking.Client.Tests.Sessions;
using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.Client.Tests.Links;

/// <summary>What the application is told of its connection, in order.</summary>
public sealed class StateTests
{
    [Test]
    public async Task States_come_in_order_through_a_resume_a_lost_session_and_the_end()
    {
        var (rig, link) = await ClientRig.ConnectedAsync();
        await using var disposing = rig;
        link.End(1006);
        var cut = await rig.ExpectAsync<ClientState.Reconnecting>();
        Assert.That((cut.Attempt, cut.Error), Is.EqualTo((1, (NetworkError)new NetworkError.NotConnected("the link was lost (1006)"))));
        Assert.That(cut.Delay, Is.LessThan(TimeSpan.FromSeconds(0.25)));
        Assert.That(rig.Client.State.IsConnected, Is.False);

        rig.Pass(cut.Delay);
        link = await rig.AcceptAsync();
        rig.Welcome(link, resumed: true);
        Assert.That((await rig.ExpectAsync<ClientState.Resumed>()).PeerId, Is.EqualTo("peer-1"));
        link.End((ushort)CloseCode.GoingAway);
        var gone = await rig.ExpectAsync<ClientState.Reconnecting>();
        Assert.That(gone.Error, Is.InstanceOf<NetworkError.ServerStopping>());

        rig.Pass(gone.Delay);
        link = await rig.AcceptAsync();
        rig.Welcome(link, resumed: false);
        await rig.ExpectAsync<ClientState.SessionLost>();
        Assert.That((rig.Client.Stats.SessionsLost, rig.Client.Stats.Links), Is.EqualTo((1L, 3L)));
        link.End((ushort)CloseCode.Replaced);
        var closed = await rig.ExpectAsync<ClientState.Closed>();
        Assert.That(closed.Error!.Message, Does.Contain("a newer link"));
        Assert.That(rig.Client.State, Is.SameAs(closed));
    }

    [Test]
    public async Task Link_is_left_unopened_until_its_time_has_come()
    {
        var (rig, link) = await ClientRig.ConnectedAsync();
        await using var disposing = rig;
        link.Give(Wire.Message(new Goodbye(ErrorCode.RateLimited, "slow down", 60_000)));
        link.End((ushort)CloseCode.RateLimited);
        var state = await rig.ExpectAsync<ClientState.Reconnecting>();
        var attempt = rig.AttemptAsync();
        rig.Time.Advance(TimeSpan.FromSeconds(59.9));
        Assert.That(attempt.IsCompleted, Is.False);
        rig.Pass(state.Delay - TimeSpan.FromSeconds(59.9));
        await attempt;
    }

    [Test]
    public async Task Stream_of_states_gives_the_one_of_now_and_all_later_ones_and_ends()
    {
        var (rig, link) = await ClientRig.ConnectedAsync();
        await using var disposing = rig;
        var states = rig.Client.StatesAsync().GetAsyncEnumerator();
        Assert.That(await states.MoveNextAsync());
        Assert.That(states.Current, Is.InstanceOf<ClientState.Connected>());
        link.End((ushort)CloseCode.Malformed);
        Assert.That(await states.MoveNextAsync().AsTask().WaitAsync(ClientRig.Patience));
        Assert.That(states.Current, Is.InstanceOf<ClientState.Closed>());
        Assert.That(await states.MoveNextAsync().AsTask().WaitAsync(ClientRig.Patience), Is.False);
        await states.DisposeAsync();

        var late = new List<ClientState>();
        await foreach (var state in rig.Client.StatesAsync()) late.Add(state);
        Assert.That(late.Single(), Is.InstanceOf<ClientState.Closed>());
    }

    [Test]
    public async Task Cancelled_stream_of_states_ends_with_the_exception_of_its_token()
    {
        var (rig, _) = await ClientRig.ConnectedAsync();
        await using var disposing = rig;
        using var cancelling = new CancellationTokenSource();
        await using var states = rig.Client.StatesAsync(cancelling.Token).GetAsyncEnumerator();
        await states.MoveNextAsync();
        var next = states.MoveNextAsync().AsTask();
        await cancelling.CancelAsync();
        Assert.That(async () => await next.WaitAsync(ClientRig.Patience), Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public async Task Reader_that_falls_behind_misses_the_oldest_states()
    {
        await using var rig = new ClientRig();
        _ = rig.Client.ConnectAsync().AsTask();
        await rig.ExpectAsync<ClientState.Connecting>();
        await using var states = rig.Client.StatesAsync().GetAsyncEnumerator();
        await states.MoveNextAsync();
        for (var i = 0; i < 70; i++)
        {
            await rig.RefuseAsync($"{i}");
            ClientState state = i < 2 ? await rig.ExpectAsync<ClientState.Reconnecting>() : await rig.ExpectAsync<ClientState.Unreachable>();
            rig.Pass(state is ClientState.Unreachable far ? far.Delay : ((ClientState.Reconnecting)state).Delay);
        }

        await states.MoveNextAsync();
        Assert.That(((ClientState.Unreachable)states.Current).Error, Is.EqualTo(new NetworkError.NotConnected("6")));
    }
}
