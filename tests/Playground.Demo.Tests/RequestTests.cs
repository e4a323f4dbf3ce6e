using Playground.Ecs.Networking;
using Playground.Ecs.Networking.Client;
using Playground.Ecs.Networking.Protocol;

namespace Playground.Demo.Tests;

/// <summary>Requests between .NET clients and the demo, over sockets.</summary>
[TestFixtureSource(typeof(RunningDemo), nameof(RunningDemo.Transports))]
public sealed class RequestTests(string transport)
{
    [Test]
    public async Task Echo_answers_each_request_with_its_body()
    {
        await using var demo = await RunningDemo.StartAsync(new DemoOptions { Transport = transport });
        await using var client = await ConnectAsync(demo);
        var echo = (await client.FindChannelAsync("echo")).Unwrap();
        for (var size = 0; size < 200_000; size = (size * 3) + 1)
        {
            var body = new byte[size];
            body.AsSpan().Fill((byte)size);
            Assert.That((await echo.RequestAsync(7, body)).Unwrap().ToArray(), Is.EqualTo(body));
        }
    }

    [Test]
    public async Task Many_requests_at_once_each_get_their_own_answer()
    {
        await using var demo = await RunningDemo.StartAsync(new DemoOptions { Transport = transport });
        await using var client = await ConnectAsync(demo);
        var echo = (await client.FindChannelAsync("echo")).Unwrap();
        var asked = Enumerable.Range(0, 200).Select(i => echo.RequestAsync<int, int>(1, i).AsTask()).ToList();
        Assert.That((await Task.WhenAll(asked)).Select(answer => answer.Unwrap()), Is.EqualTo(Enumerable.Range(0, 200)));
    }

    [Test]
    public async Task A_client_answers_the_requests_to_its_channel_of_other_clients_and_of_the_server()
    {
        await using var demo = await RunningDemo.StartAsync(new DemoOptions { AllowClientChannels = true, Transport = transport });
        await using var owner = await ConnectAsync(demo);
        await using var asker = await ConnectAsync(demo);
        var owned = (await owner.RegisterChannelAsync("theirs")).Unwrap();
        owned.OnRequest(static (request, _) => new(request.Type == 1
            ? new ReadOnlyMemory<byte>([.. request.Body.Span, 99])
            : new NetworkError.Forbidden("type 1 only")));

        var found = (await asker.FindChannelAsync("theirs")).Unwrap();
        Assert.That((await found.RequestAsync(1, new byte[] { 5 })).Unwrap().ToArray(), Is.EqualTo(new byte[] { 5, 99 }));
        Assert.That((await found.RequestAsync(2, new byte[] { 5 })).Error!.Code, Is.EqualTo(ErrorCode.Forbidden));
        Assert.That((await demo.Networking.RequestAsync(owned.Id, 1, new byte[] { 6 })).Unwrap().ToArray(), Is.EqualTo(new byte[] { 6, 99 }));
        await owner.DisposeAsync();
        Assert.That((await found.RequestAsync(1, new byte[] { 5 })).Error!.Code, Is.EqualTo(ErrorCode.ChannelNotFound).Or.EqualTo(ErrorCode.NotConnected));
    }

    private static async Task<NetworkClient> ConnectAsync(DemoHost demo)
    {
        var client = new NetworkClient(new ClientOptions { Uri = demo.WebSocketUri });
        (await client.ConnectAsync()).Unwrap();
        return client;
    }
}
