using Playground.Ecs.Networking.Channels;
using Playground.Ecs.Networking.Components;
using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Testing.Frames;
using Playground.Ecs.Networking.Tests.Frames;

namespace Playground.Ecs.Networking.Tests.Api;

/// <summary>Calls from any thread, inside frames and queries, and awaits that come back to the loop.</summary>
public sealed class ThreadTests
{
    private static readonly QueryDescription Channels = new QueryDescription().WithAll<ChannelComponent>();

    [Test]
    public async Task Many_threads_call_at_once_and_every_send_arrives_in_its_threads_order()
    {
        const int Threads = 8;
        const int Sends = 500;
        await using var harness = await NetworkHarness.StartAsync(new NetworkingOptions { InboxPacketsMax = 100_000, PostedCallsMax = 1_000_000 });
        var channel = harness.System.RegisterPlugin("x").Unwrap();
        harness.Step();
        var tasks = Enumerable.Range(0, Threads).Select(thread => Task.Run(async () =>
        {
            for (var i = 0; i < Sends; i++)
            {
                (await harness.System.SendPacketAsync(channel.Id, (ushort)thread, BitConverter.GetBytes(i))).Unwrap();
                if (i % 50 == 0) (await harness.System.GetStatsAsync()).Unwrap();
                if (i % 100 == 0) (await harness.System.RegisterPluginAsync($"{thread}-{i}")).Unwrap();
            }
        })).ToArray();
        var all = Task.WhenAll(tasks);
        var received = new List<(ushort Thread, int Number)>();
        while (!all.IsCompleted)
        {
            harness.RunFrame();
            foreach (ref readonly var packet in channel.Receive()) received.Add((packet.PacketType, BitConverter.ToInt32(packet.Data.Span)));
        }

        await all;
        harness.Step(3);
        foreach (ref readonly var packet in channel.Receive()) received.Add((packet.PacketType, BitConverter.ToInt32(packet.Data.Span)));
        Assert.That(received, Has.Count.EqualTo(Threads * Sends));
        foreach (var thread in received.GroupBy(r => r.Thread)) Assert.That(thread.Select(r => r.Number), Is.EqualTo(Enumerable.Range(0, Sends)));
        Assert.That(harness.World.CountEntities(in Channels), Is.EqualTo(1 + (Threads * 5)));
    }

    [Test]
    public async Task The_loops_own_forms_belong_to_its_thread()
    {
        await using var harness = await NetworkHarness.StartAsync();
        var channel = harness.System.RegisterPlugin("x").Unwrap();
        harness.Step();
        Action[] calls =
        [
            () => channel.Receive(),
            () => channel.Send(1, []),
            () => channel.Send(1, "value"),
            () => channel.SendTo(Entity.Null, 1, []),
            () => channel.SendTo(Entity.Null, 1, 5),
            () => harness.System.RegisterPlugin("y"),
            () => harness.System.RegisterSystem("y", 5),
            () => harness.System.FindChannel("x"),
            () => harness.System.FindChannel(channel.Id),
        ];
        var failures = new List<Exception>();
        var thread = new Thread(() => failures.AddRange(calls.Select(call => Assert.Catch(() => call())!)));
        thread.Start();
        thread.Join();
        Assert.That(failures, Is.All.TypeOf<InvalidOperationException>());
        Assert.That(failures[0].Message, Does.Contain("async methods"));
    }

    [Test]
    public async Task A_frame_may_wait_for_a_thread_that_sends()
    {
        await using var harness = await NetworkHarness.StartAsync();
        var channel = harness.System.RegisterPlugin("x").Unwrap();
        var waiting = harness.System.RegisterPlugin("waits", new PluginOptions
        {
            Handler = (_, in _) =>
            {
                var thread = new Thread(() => harness.System.SendPacketAsync(channel.Id, 1, new byte[] { 1 }).AsTask().Result.Unwrap());
                thread.Start();
                Assert.That(thread.Join(TimeSpan.FromSeconds(20)), "a send of another thread waits for no frame");
            },
        }).Unwrap();
        waiting.Send(1, []).Unwrap();
        harness.Step(4);
        Assert.That(channel.WaitingCount, Is.EqualTo(1));
    }

    [Test]
    public async Task Calls_inside_a_query_change_the_world_after_it()
    {
        await using var harness = await NetworkHarness.StartAsync();
        var first = harness.System.RegisterPlugin("a").Unwrap();
        harness.System.RegisterPlugin("b").Unwrap();
        Task<NetworkResult<Entity>>? expected = null;
        harness.StepWith(() =>
        {
            var seen = 0;
            harness.World.Query(in Channels, (ref ChannelComponent _) =>
            {
                if (seen++ > 0) return;
                Assert.That(harness.System.RegisterPluginAsync("c").AsTask().IsCompletedSuccessfully);
                Assert.That(harness.System.UnregisterAsync(first.Id).AsTask().IsCompletedSuccessfully);
                Assert.That(harness.System.QueryConnectionsAsync().AsTask().IsCompletedSuccessfully);
                expected = harness.System.CreateConnectionAsync("peer").AsTask();
            });
            Assert.That((seen, expected!.IsCompleted), Is.EqualTo((2, false)));
            Assert.That(harness.World.CountEntities(in Channels), Is.EqualTo(2));
        });
        Assert.That(harness.World.CountEntities(in Channels), Is.EqualTo(2), "one came, one went");
        Assert.That(harness.World.IsAlive((await expected!).Unwrap()));
    }

    [Test]
    public async Task A_channel_registered_and_unregistered_in_one_frame_leaves_no_entity()
    {
        await using var harness = await NetworkHarness.StartAsync();
        harness.StepWith(() =>
        {
            var channel = harness.System.RegisterPlugin("a").Unwrap();
            Assert.That(harness.System.UnregisterAsync(channel.Id).AsTask().IsCompletedSuccessfully);
        });
        Assert.That(harness.World.CountEntities(in Channels), Is.Zero);
    }

    [Test]
    public async Task Awaits_begun_on_the_loop_resume_there_in_a_later_frame()
    {
        await using var harness = await NetworkHarness.StartAsync();
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var frame = 0;
        var resumedAt = -1;
        var resumedOn = 0;
        async Task WaitAsync()
        {
            await gate.Task;
            resumedAt = frame;
            resumedOn = Environment.CurrentManagedThreadId;
            harness.System.RegisterPlugin("on the loop").Unwrap();
        }

        Task? waiting = null;
        harness.StepWith(() => waiting = WaitAsync());
        gate.SetResult();
        for (frame = 1; resumedAt < 0; frame++) harness.RunFrame();
        Assert.That(resumedOn, Is.EqualTo(Environment.CurrentManagedThreadId));
        Assert.That(waiting!.IsCompletedSuccessfully);
    }

    [Test]
    public async Task An_await_on_the_loop_that_throws_ends_neither_the_frame_nor_other_calls()
    {
        var log = new LogLines();
        await using var harness = await NetworkHarness.StartAsync(new NetworkingOptions { LoggerFactory = log });
        harness.StepWith(() => SynchronizationContext.Current!.Post(_ => throw new InvalidOperationException("mine"), null));
        harness.StepWith(() => { });
        Assert.That(log.Exceptions.Single().Message, Is.EqualTo("mine"));
    }

    [Test]
    public async Task A_call_that_throws_throws_for_its_caller()
    {
        await using var harness = await NetworkHarness.StartAsync();
        harness.Step();
        var call = Task.Run(() => harness.System.FindChannelAsync(null!).AsTask());
        while (!call.IsCompleted) harness.RunFrame();
        Assert.That(async () => await call, Throws.ArgumentNullException);
    }

    [Test]
    public async Task A_context_of_the_applications_own_is_left_alone()
    {
        await using var harness = await NetworkHarness.StartAsync();
        var own = new SynchronizationContext();
        var before = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(own);
        try
        {
            harness.System.BeforeUpdate(0);
            Assert.That(SynchronizationContext.Current, Is.SameAs(own));
            harness.System.AfterUpdate(0);
            Assert.That(SynchronizationContext.Current, Is.SameAs(own));
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
        }
    }

    [Test]
    public async Task Posted_calls_and_bytes_are_bounded()
    {
        await using var harness = await NetworkHarness.StartAsync(new NetworkingOptions { PostedCallsMax = 10, PostedBytesMax = 1_000 });
        var channel = harness.System.RegisterPlugin("x").Unwrap();
        harness.Step();
        var results = await Task.Run(async () =>
        {
            var sends = new List<NetworkResult>();
            for (var i = 0; i < 3; i++) sends.Add(await harness.System.SendPacketAsync(channel.Id, 1, new byte[400]));
            for (var i = 0; i < 10; i++) sends.Add(await harness.System.SendPacketAsync(channel.Id, 1, Array.Empty<byte>()));
            return sends;
        });
        Assert.That(results.Select(r => r.IsOk), Is.EqualTo(Enumerable.Range(0, 13).Select(i => i is not (2 or 11 or 12))));
        Assert.That(results[2].Error, Is.EqualTo(new NetworkError.LimitExceeded("PostedBytesMax", 1_000, 1_200)));
        Assert.That(results[12].Error, Is.EqualTo(new NetworkError.LimitExceeded("PostedCallsMax", 10, 11)));
        harness.Step(2);
        Assert.That(channel.WaitingCount, Is.EqualTo(10));
        Assert.That(await Task.Run(() => harness.System.SendPacketAsync(channel.Id, 1, new byte[900]).AsTask()), Is.EqualTo(NetworkResult.Ok));
    }

    [Test]
    public async Task A_cancelled_call_is_Cancelled_and_not_carried_out()
    {
        await using var harness = await NetworkHarness.StartAsync();
        harness.Step();
        using var source = new CancellationTokenSource();
        Task<NetworkResult<ChannelId>>? call = null;
        await Task.Run(() => call = harness.System.RegisterPluginAsync("never", null, source.Token).AsTask());
        await source.CancelAsync();
        Assert.That((await call!).Error, Is.EqualTo(new NetworkError.Cancelled()));
        harness.Step();
        Assert.That(harness.System.FindChannel("never").IsOk, Is.False);
    }
}
