using System.Net;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Playground.Ecs.Networking.Channels;
using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Testing.Frames;
using Playground.Ecs.Networking.Testing.Links;
using Playground.Ecs.Networking.Tests.Frames;

namespace Playground.Ecs.Networking.Tests.Kestrel;

/// <summary>An ASP.NET Core application with a page of its own, which maps systems that run loops of their own.</summary>
internal sealed class MappedSystem : IAsyncDisposable
{
    private readonly WebApplication _app;

    private MappedSystem(WebApplication app) => _app = app;

    public Uri Address { get; private set; } = null!;

    public WebApplication App => _app;

    /// <summary>Starts an application on a free port of 127.0.0.1.</summary>
    /// <param name="map">Maps what is to be tested.</param>
    /// <param name="tls">With the test's certificate, over HTTP/1.1 and HTTP/2.</param>
    public static async Task<MappedSystem> StartAsync(Action<WebApplication> map, bool tls = false)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddRoutingCore();
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(10));
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            listen.Protocols = HttpProtocols.Http1AndHttp2;
            if (tls) listen.UseHttps(TestCertificate.Localhost);
        }));
        var app = builder.Build();
        app.MapGet("/page", context => context.Response.WriteAsync("a page"));
        map(app);
        await app.StartAsync();
        return new MappedSystem(app) { Address = new Uri(app.Urls.Single()) };
    }

    /// <summary>A system without a port, with a channel that echoes.</summary>
    public static async Task<NetworkingSystem> NewSystemAsync(NetworkingOptions? options = null)
    {
        var system = new NetworkingSystem((options ?? new NetworkingOptions()) with { Listens = false });
        (await system.InitializeAsync()).Unwrap();
        (await system.RegisterPluginAsync("echo", new PluginOptions
        {
            Handler = static (channel, in packet) => channel.SendTo(packet.Sender, packet.PacketType, packet.Data.Span),
        })).Unwrap();
        return system;
    }

    public Uri WebSocketAt(string path) => new UriBuilder(Address) { Scheme = Address.Scheme == "https" ? "wss" : "ws", Path = path }.Uri;

    /// <summary>Connects the platform's client.</summary>
    public async Task<ClientWebSocket> ConnectAsync(string path, Action<ClientWebSocketOptions>? configure = null)
    {
        var client = new ClientWebSocket();
        client.Options.KeepAliveInterval = TimeSpan.Zero;
        client.Options.AddSubProtocol(ProtocolLimits.Subprotocol);
        configure?.Invoke(client.Options);
        await client.ConnectAsync(WebSocketAt(path), CancellationToken.None);
        return client;
    }

    public static async Task SendAsync(ClientWebSocket client, byte[] message) =>
        await client.SendAsync(message, WebSocketMessageType.Binary, true, CancellationToken.None);

    /// <summary>Says Hello and takes what answers it.</summary>
    public static async Task<PeerPacket> HelloAsync(ClientWebSocket client)
    {
        await SendAsync(client, TestPeer.Control(new Hello(ProtocolLimits.Version, "test", "token", default, 0)));
        return (await SocketRig.ReceiveMessageAsync(client))[0];
    }

    /// <summary>Sends a packet to the echo channel and takes what comes back.</summary>
    public static async Task<byte[]> EchoAsync(ClientWebSocket client, NetworkingSystem system, byte[] data)
    {
        var channel = (await system.FindChannelAsync("echo")).Unwrap();
        await SendAsync(client, TestPeer.Packet(channel, 1, data));
        while (true)
        {
            if ((await SocketRig.ReceiveMessageAsync(client)).Find(packet => packet.Channel == channel) is { } packet) return packet.Data;
        }
    }

    /// <summary>Reads until the server's close.</summary>
    public static async Task<int> ReceiveCloseAsync(ClientWebSocket client)
    {
        var buffer = new byte[ProtocolLimits.MaxMessageBytes];
        while ((await client.ReceiveAsync(buffer.AsMemory(), CancellationToken.None)).MessageType != WebSocketMessageType.Close)
        {
        }

        return (int)client.CloseStatus!;
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();
}
