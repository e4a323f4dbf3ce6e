using Playground.Ecs.Networking.Client.Tests.Sessions;
using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.Client.Tests.Links;

/// <summary>How links and clients end, whatever the peer does.</summary>
public sealed class EndingTests
{
    [Test]
    public async Task Peer_that_reads_nothing_and_says_nothing_is_given_up_at_once()
    {
        var (rig, link) = await ClientRig.ConnectedAsync();
        await using var disposing = rig;
        await link.TakeAsync<Ping>();
        link.StopTaking();
        _ = rig.Client.SendReliableAsync(1000, 1, new byte[] { 1 }).AsTask();
        await link.Stuck;
        link.Give(Wire.Message(new Ping(1)));
        rig.Pass(rig.Client.Options.HeartbeatTimeout);
        Assert.That((await rig.ExpectAsync<ClientState.Reconnecting>()).Error, Is.InstanceOf<NetworkError.Timeout>());
        await link.Ended;
    }

    [Test]
    public async Task Peer_that_reads_nothing_has_the_time_of_a_handshake_to_take_what_comes_before_the_close()
    {
        var (rig, link) = await ClientRig.ConnectedAsync();
        await using var disposing = rig;
        await link.TakeAsync<Ping>();
        link.StopTaking();
        _ = rig.Client.SendReliableAsync(1000, 1, new byte[] { 1 }).AsTask();
        await link.Stuck;
        link.GiveText();
        using var deadline = new CancellationTokenSource(ClientRig.Patience);
        while (rig.Client.State is ClientState.Connected)
        {
            deadline.Token.ThrowIfCancellationRequested();
            rig.Time.Advance(rig.Client.Options.CloseTimeout);
            await Task.Yield();
        }

        Assert.That((await rig.ExpectAsync<ClientState.Closed>()).Error, Is.InstanceOf<NetworkError.MalformedPacket>());
        await link.Ended;
    }

    [Test]
    public async Task Text_message_is_answered_with_1003_and_ends_the_client()
    {
        var (rig, link) = await ClientRig.ConnectedAsync();
        await using var disposing = rig;
        link.GiveText();
        Assert.That((await link.TakeAsync<Goodbye>()).Error, Is.EqualTo(ErrorCode.MalformedPacket));
        Assert.That((await link.Closing).Code, Is.EqualTo((ushort)CloseCode.UnsupportedMessage));
        link.End((ushort)CloseCode.UnsupportedMessage);
        Assert.That((await rig.ExpectAsync<ClientState.Closed>()).Error!.Message, Does.Contain("text"));
    }

    [Test]
    public async Task Close_sends_what_waits_then_Goodbye_and_1000()
    {
        var (rig, link) = await ClientRig.ConnectedAsync();
        await using var disposing = rig;
        var sent = rig.Client.SendReliableAsync(1000, 1, new byte[] { 9 }).AsTask();
        var closing = rig.Client.CloseAsync().AsTask();
        Assert.That((await link.TakeDataAsync()).Data, Is.EqualTo(new byte[] { 9 }));
        link.Give(Wire.Message(new Ack(1)));
        Assert.That((await sent).Error, Is.Null);
        Assert.That((await link.TakeAsync<Goodbye>()).Error, Is.EqualTo(ErrorCode.None));
        Assert.That((await link.Closing).Code, Is.EqualTo((ushort)CloseCode.Normal));
        link.End((ushort)CloseCode.Normal);
        await closing.WaitAsync(ClientRig.Patience);
        Assert.That(rig.Client.State, Is.EqualTo(new ClientState.Closed(null)));
        Assert.That((await rig.Client.SendPacketAsync(1000, 1, new byte[] { 1 })).Error, Is.InstanceOf<NetworkError.NotConnected>());
        Assert.That((await rig.Client.SendReliableAsync(1000, 1, new byte[] { 1 })).Error, Is.InstanceOf<NetworkError.NotConnected>());
    }

    [Test]
    public async Task Close_waits_for_a_server_that_does_not_answer_no_longer_than_it_may()
    {
        var (rig, link) = await ClientRig.ConnectedAsync();
        await using var disposing = rig;
        var sent = rig.Client.SendReliableAsync(1000, 1, new byte[] { 9 }).AsTask();
        var closing = rig.Client.CloseAsync().AsTask();
        await link.TakeDataAsync();
        Assert.That(closing.IsCompleted, Is.False);
        rig.Pass(rig.Client.Options.CloseTimeout);
        await closing.WaitAsync(ClientRig.Patience);
        Assert.That((await sent).Error, Is.InstanceOf<NetworkError.NotConnected>());
        Assert.That(rig.Client.State, Is.EqualTo(new ClientState.Closed(null)));
    }

    [Test]
    public async Task Client_that_never_connected_closes_at_once()
    {
        await using var rig = new ClientRig();
        await rig.Client.CloseAsync();
        Assert.That((await rig.Client.ConnectAsync()).Error, Is.InstanceOf<NetworkError.NotConnected>());
        await rig.ExpectAsync<ClientState.Closed>();
    }

    [Test]
    public async Task Disposing_twice_and_at_once_ends_both()
    {
        var (rig, link) = await ClientRig.ConnectedAsync();
        var both = Task.WhenAll(rig.Client.DisposeAsync().AsTask(), Task.Run(() => rig.Client.DisposeAsync().AsTask()));
        await link.TakeAsync<Goodbye>();
        link.End((ushort)CloseCode.Normal);
        await both.WaitAsync(ClientRig.Patience);
        await rig.Client.DisposeAsync();
        await link.Ended;
        await rig.ExpectAsync<ClientState.Closed>();
    }

    [Test]
    public async Task Disposing_while_a_link_opens_calls_it_off()
    {
        await using var rig = new ClientRig();
        var connecting = rig.Client.ConnectAsync();
        var attempt = await rig.AttemptAsync();
        await rig.Client.DisposeAsync().AsTask().WaitAsync(ClientRig.Patience);
        Assert.That(attempt.Task.IsCanceled);
        Assert.That((await connecting).Error, Is.InstanceOf<NetworkError.NotConnected>());
    }

    [Test]
    public async Task Disposing_before_Welcome_closes_the_link()
    {
        await using var rig = new ClientRig();
        var connecting = rig.Client.ConnectAsync();
        var link = await rig.AcceptAsync();
        var disposing = rig.Client.DisposeAsync().AsTask();
        Assert.That((await link.Closing).Code, Is.EqualTo((ushort)CloseCode.Normal));
        link.End((ushort)CloseCode.Normal);
        await disposing.WaitAsync(ClientRig.Patience);
        Assert.That((await connecting).Error, Is.InstanceOf<NetworkError.NotConnected>());
    }

    [Test]
    public async Task Disposing_inside_a_callback_does_not_wait_for_itself()
    {
        var (rig, link) = await ClientRig.ConnectedAsync();
        var disposed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        rig.Client.Channel(1000).Received += _ =>
        {
            rig.Client.DisposeAsync().AsTask().Wait(ClientRig.Patience);
            disposed.SetResult();
        };
        link.Give(Wire.Packet(1000, 1, [1]));
        await link.TakeAsync<Goodbye>();
        link.End((ushort)CloseCode.Normal);
        await disposed.Task.WaitAsync(ClientRig.Patience);
        Assert.That(rig.Client.State, Is.EqualTo(new ClientState.Closed(null)));
    }

    [Test]
    public async Task Disposing_waits_for_the_callback_that_runs_and_nothing_is_called_afterwards()
    {
        var (rig, link) = await ClientRig.ConnectedAsync();
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var leave = new ManualResetEventSlim();
        var calls = 0;
        rig.Client.Channel(1000).Received += _ =>
        {
            entered.TrySetResult();
            leave.Wait();
            Interlocked.Increment(ref calls);
        };
        link.Give(Wire.Packet(1000, 1, [1]));
        await entered.Task.WaitAsync(ClientRig.Patience);
        var disposing = rig.Client.DisposeAsync().AsTask();
        await link.TakeAsync<Goodbye>();
        link.End((ushort)CloseCode.Normal);
        await link.Ended;
        Assert.That(disposing.IsCompleted, Is.False);
        leave.Set();
        await disposing.WaitAsync(ClientRig.Patience);
        Assert.That(Volatile.Read(ref calls), Is.EqualTo(1));
    }
}
