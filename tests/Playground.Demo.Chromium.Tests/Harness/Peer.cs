using Playground.Ecs.Networking.Client;

namespace Playground.Demo.Chromium.Tests.Harness;

/// <summary>A client without a browser, whose every packet is known: what it sends to the echo it waits for.</summary>
internal sealed class Peer : IAsyncDisposable
{
    private const int AtATime = 10;

    private readonly NetworkClient _client;

    private Peer(NetworkClient client, ClientChannel echo) => (_client, Echo) = (client, echo);

    public ClientChannel Echo { get; }

    public string PeerId => _client.PeerId;

    public static async Task<Peer> ConnectAsync(DemoHost demo, string name)
    {
        var client = new NetworkClient(new ClientOptions { Uri = demo.WebSocketUri, ClientName = name });
        (await client.ConnectAsync()).Unwrap();
        return new Peer(client, (await client.FindChannelAsync("echo")).Unwrap());
    }

    public async Task SubscribeAsync(string channel) =>
        (await (await _client.FindChannelAsync(channel)).Unwrap().SubscribeAsync()).Unwrap();

    /// <summary>Sends packets, a few at a time and more when those are back, so that no queue drops any.</summary>
    public async Task EchoAsync(ushort type, int packets, int bytes)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromMilliseconds(TestBrowser.PatienceMs));
        await using var echoes = Echo.ReadAllAsync(deadline.Token).GetAsyncEnumerator();
        for (var sent = 0; sent < packets; sent += AtATime)
        {
            var now = Math.Min(AtATime, packets - sent);
            var next = echoes.MoveNextAsync();
            for (var i = 0; i < now; i++) (await Echo.SendAsync(type, new byte[bytes])).Unwrap();
            for (var i = 0; i < now; i++)
            {
                Assert.That(await next);
                Assert.That(echoes.Current.Data.Length, Is.EqualTo(bytes));
                if (i + 1 < now) next = echoes.MoveNextAsync();
            }
        }
    }

    public ValueTask DisposeAsync() => _client.DisposeAsync();
}
