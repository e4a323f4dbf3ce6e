using Playground.Ecs.Networking.Client;

namespace Playground.Demo.Tests.Faults;

/// <summary>The .NET client and the demo with a network between them that does what networks do.</summary>
[TestFixtureSource(typeof(RunningDemo), nameof(RunningDemo.Transports))]
public sealed class ProxyTests(string transport)
{
    [Test]
    public async Task A_link_that_is_cut_ten_times_loses_nothing_and_repeats_nothing()
    {
        await using var run = await EchoThroughProxy.StartAsync(transport);
        for (var cut = 0; cut < 10; cut++)
        {
            run.Send(50);
            run.Proxy.Cut();
            run.Send(50);
            var resumes = cut + 1;
            await run.UntilAsync(() => run.Resumes >= resumes);
        }

        await run.ExpectEverythingAsync();
        Assert.That(run.States, Has.None.InstanceOf<ClientState.SessionLost>());
        Assert.That(run.Client.PeerId, Is.EqualTo("peer-1"));
    }

    [Test]
    public async Task A_link_that_stalls_is_given_up_and_what_it_held_is_delivered_once()
    {
        await using var run = await EchoThroughProxy.StartAsync(transport);
        run.Send(100);
        run.Proxy.Stall();
        run.Send(100);
        await run.UntilAsync(() => run.States.Any(s => s is ClientState.Reconnecting));
        run.Send(100);
        run.Proxy.Flow();
        await run.UntilAsync(() => run.Resumes > 0);
        await run.ExpectEverythingAsync();
        Assert.That(run.States, Has.None.InstanceOf<ClientState.SessionLost>());
    }

    [Test]
    public async Task A_half_open_link_is_given_up_while_the_server_still_holds_its_end()
    {
        await using var run = await EchoThroughProxy.StartAsync(transport);
        run.Send(100);
        run.Proxy.HalfOpen();
        run.Send(100);
        await run.UntilAsync(() => run.Resumes > 0);
        await run.ExpectEverythingAsync();
        Assert.That(run.States, Has.None.InstanceOf<ClientState.SessionLost>());
    }

    [Test]
    public async Task A_server_that_cannot_be_reached_is_reported_and_found_again()
    {
        await using var run = await EchoThroughProxy.StartAsync(transport);
        run.Proxy.Refuse(true);
        run.Proxy.Cut();
        run.Send(100);
        await run.UntilAsync(() => run.States.Any(s => s is ClientState.Unreachable));
        run.Proxy.Refuse(false);
        await run.UntilAsync(() => run.Resumes > 0);
        await run.ExpectEverythingAsync();
    }
}
