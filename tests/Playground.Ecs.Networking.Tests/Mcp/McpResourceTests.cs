using Playground.Ecs.Networking.Components;
using Playground.Ecs.Networking.Mcp;
using Playground.Ecs.Networking.Tests.Frame;

namespace Playground.Ecs.Networking.Tests.Mcp;

/// <summary>Models read what the application offers.</summary>
public sealed class McpResourceTests
{
    private McpRig _rig = null!;

    [SetUp]
    public async Task Start() => _rig = await McpRig.StartAsync(new McpOptions { CallTimeout = TimeSpan.FromSeconds(2), ResultBytesMax = 100, ResourcesMax = 2 });

    [TearDown]
    public async Task Stop() => await _rig.DisposeAsync();

    [Test]
    public void A_resource_is_offered_read_and_withdrawn()
    {
        var resource = Resource("world://summary", static (read, _) => new(ResourceContents.FromText(read.Uri, "all is well", "text/x")));
        Offer(resource);
        Assert.That(_rig.Mcp.Catalog.Resources, Is.EqualTo(new[] { resource }));
        var contents = _rig.ReadNow("world://summary").Unwrap();
        Assert.That((contents.Uri, contents.Text, contents.MimeType), Is.EqualTo(("world://summary", "all is well", "text/x")));
        _rig.Result(_rig.System.UnregisterMcpResourceAsync("world://summary").AsTask()).Unwrap();
        Assert.That(_rig.Mcp.Catalog.Resources, Is.Empty);
        Assert.That(_rig.ReadNow("world://summary").Error, Is.InstanceOf<NetworkError.InvalidArgument>());
        Assert.That(_rig.Result(_rig.System.UnregisterMcpResourceAsync("world://summary").AsTask()).Error, Is.InstanceOf<NetworkError.InvalidArgument>());
    }

    [Test]
    public void An_address_is_offered_once_and_there_are_not_too_many()
    {
        Offer(Resource("world://b"));
        Assert.That(Register(Resource("world://b")).Error, Is.InstanceOf<NetworkError.AlreadyExists>());
        Offer(Resource("world://a/{id}"));
        Assert.That(_rig.Mcp.Catalog.Resources.Select(static r => r.Uri), Is.EqualTo(new[] { "world://a/{id}", "world://b" }), "by address");
        Assert.That(Register(Resource("world://c")).Error, Is.EqualTo(new NetworkError.LimitExceeded("ResourcesMax", 2, 3)));
    }

    [Test]
    public void A_template_gives_its_reader_what_stands_for_its_names()
    {
        Offer(Resource("world://{kind}/x/{id}", static (read, _) => new(ResourceContents.FromText(read.Uri, $"{read.Values["kind"]}|{read.Values["id"]}"))));
        Offer(Resource("world://body/x/7", static (read, _) => new(ResourceContents.FromText(read.Uri, $"exactly {read.Values.Count}"))));
        Assert.That(_rig.ReadNow("world://body/x/a%20b%2Fc").Unwrap().Text, Is.EqualTo("body|a b/c"));
        Assert.That(_rig.ReadNow("world://body/x/7").Unwrap().Text, Is.EqualTo("exactly 0"), "an address of its own goes before a template");
        Assert.That(_rig.ReadNow("world://body/y/7").Error, Is.InstanceOf<NetworkError.InvalidArgument>());
        Assert.That(_rig.ReadNow("world://{kind}/x/{id}").Unwrap().Text, Is.EqualTo("{kind}|{id}"), "what a client sends is no template");
    }

    [Test]
    public void Readers_run_when_all_systems_have_updated()
    {
        var order = new List<string>();
        Offer(Resource("world://end", (read, _) =>
        {
            order.Add("end");
            _rig.Harness.World.Destroy(_rig.Harness.World.Create(new ChannelComponent()));
            return new(ResourceContents.FromText(read.Uri, "end"));
        }));
        var reading = _rig.Mcp.ReadAsync("world://end", default);
        _rig.Harness.StepWith(() => order.Add("game"));
        Assert.That(McpRig.Wait(reading).Unwrap().Text, Is.EqualTo("end"));
        Assert.That(order, Is.EqualTo(new[] { "game", "end" }));
    }

    [Test]
    public void A_readers_awaits_resume_on_the_loop()
    {
        var gate = new TaskCompletionSource();
        var threads = new List<int>();
        Offer(Resource("world://slow", async (read, _) =>
        {
            await gate.Task;
            threads.Add(Environment.CurrentManagedThreadId);
            return ResourceContents.FromText(read.Uri, "slow");
        }));
        var reading = _rig.Mcp.ReadAsync("world://slow", default);
        _rig.Harness.Step(2);
        Task.Run(gate.SetResult).Wait();
        Assert.That(_rig.Result(reading).Unwrap().Text, Is.EqualTo("slow"));
        Assert.That(threads, Is.EqualTo(new[] { Environment.CurrentManagedThreadId }));
    }

    [Test]
    public void A_reader_that_throws_or_returns_nothing_is_counted_and_logged_and_the_model_gets_no_text_of_it([Values] bool atOnce, [Values] bool throws)
    {
        using var meter = new MeterReading(_rig.System);
        Offer(Resource("world://bad", async (_, _) =>
        {
            if (!atOnce) await Task.Yield();
            return throws ? throw new InvalidOperationException("thirteen") : (ResourceContents)null!;
        }));
        var error = _rig.ReadNow("world://bad").Error;
        Assert.That(error, Is.InstanceOf<NetworkError.HandlerFailed>());
        Assert.That(error!.Message, Does.Contain("world://bad").And.Not.Contain("thirteen"));
        Assert.That(meter.Read("playground.handlers.failed"), Is.EqualTo(1));
        Assert.That(_rig.Log.Exceptions.Count(), Is.EqualTo(1));
    }

    [Test]
    public void A_readers_error_reaches_the_model()
    {
        Offer(Resource("world://no", static (_, _) => new(new NetworkError.Forbidden("not on a Sunday"))));
        Assert.That(_rig.ReadNow("world://no").Error, Is.EqualTo(new NetworkError.Forbidden("not on a Sunday")));
    }

    [Test]
    public void A_reader_that_takes_too_long_is_called_off([Values] bool callbackThrows)
    {
        var cancelled = new TaskCompletionSource();
        Offer(Resource("world://slow", async (read, token) =>
        {
            token.Register(() =>
            {
                cancelled.SetResult();
                if (callbackThrows) throw new InvalidOperationException("thirteen");
            });
            await new TaskCompletionSource().Task.WaitAsync(token);
            return ResourceContents.FromText(read.Uri, "never");
        }));
        var reading = _rig.Mcp.ReadAsync("world://slow", default);
        _rig.Harness.StepFor(TimeSpan.FromSeconds(2));
        Assert.That(_rig.Result(reading).Error, Is.InstanceOf<NetworkError.Timeout>());
        _rig.Until(() => cancelled.Task.IsCompleted && (!callbackThrows || _rig.Log.Exceptions.Any()));
        _rig.Harness.Step(2);
        Assert.That(_rig.Log.Exceptions.Count(), Is.EqualTo(callbackThrows ? 1 : 0));
    }

    [Test]
    public void A_caller_that_gives_up_calls_the_reader_off()
    {
        using var source = new CancellationTokenSource();
        var tokens = new List<CancellationToken>();
        Offer(Resource("world://slow", async (read, token) =>
        {
            tokens.Add(token);
            await new TaskCompletionSource().Task.WaitAsync(token);
            return ResourceContents.FromText(read.Uri, "never");
        }));
        var begun = _rig.Mcp.ReadAsync("world://slow", source.Token);
        _rig.Harness.Step();
        var waiting = _rig.Mcp.ReadAsync("world://slow", source.Token);
        source.Cancel();
        Assert.That(() => McpRig.Wait(begun), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(() => McpRig.Wait(waiting), Throws.InstanceOf<OperationCanceledException>());
        _rig.Until(() => tokens[0].IsCancellationRequested);
        Assert.That(tokens, Has.Count.EqualTo(1), "the other one never began");
        Assert.That(_rig.Log.Exceptions, Is.Empty);
    }

    [Test]
    public void Contents_beyond_the_limit_are_an_error()
    {
        Offer(Resource("world://{n}", static (read, _) => new(ResourceContents.FromText(read.Uri, new string('ä', int.Parse(read.Values["n"], System.Globalization.CultureInfo.InvariantCulture))))));
        Offer(Resource("bytes://x", static (read, _) => new(ResourceContents.FromBytes(read.Uri, new byte[101], "x/y"))));
        Assert.That(_rig.ReadNow("world://50").IsOk);
        Assert.That(_rig.ReadNow("world://51").Error, Is.EqualTo(new NetworkError.LimitExceeded("ResultBytesMax", 100, 102)));
        Assert.That(_rig.ReadNow("bytes://x").Error, Is.InstanceOf<NetworkError.LimitExceeded>());
    }

    [Test]
    public async Task When_the_system_stops_all_readings_end_and_later_ones_too()
    {
        var tokens = new List<CancellationToken>();
        Offer(Resource("world://slow", async (read, token) =>
        {
            tokens.Add(token);
            await new TaskCompletionSource().Task.WaitAsync(token);
            return ResourceContents.FromText(read.Uri, "never");
        }));
        var begun = _rig.Mcp.ReadAsync("world://slow", default);
        _rig.Harness.Step();
        var waiting = _rig.Mcp.ReadAsync("world://slow", default);
        await _rig.Harness.DisposeSystemAsync();
        var late = _rig.Mcp.ReadAsync("world://slow", default);
        foreach (var reading in new[] { begun, waiting, late })
        {
            Assert.That((await reading.WaitAsync(TimeSpan.FromSeconds(10))).Error, Is.InstanceOf<NetworkError.ServerStopping>().Or.InstanceOf<NetworkError.Timeout>());
        }

        Assert.That(SpinWait.SpinUntil(() => tokens.Single().IsCancellationRequested, TimeSpan.FromSeconds(10)));
    }

    private static McpResource Resource(string uri, ResourceReader? read = null) =>
        new(uri, "name", "What is there.", "text/plain", read ?? (static (read, _) => new(ResourceContents.FromText(read.Uri, string.Empty))));

    private NetworkResult Register(McpResource resource) => _rig.Result(_rig.System.RegisterMcpResourceAsync(resource).AsTask());

    private void Offer(McpResource resource) => Register(resource).Unwrap();
}
