using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;
using Playground.Demo.Arena;
using Playground.Demo.Plugins;
using Playground.Ecs.Networking;
using Playground.Ecs.Networking.Loop;

namespace Playground.Demo;

/// <summary>
/// The demo in one object: a world, its systems in one group with the <see cref="NetworkingSystem"/> among them, and the loop
/// that runs them. Disposal stops the loop, then drains the connections.
/// </summary>
internal sealed class DemoHost : IAsyncDisposable
{
    private readonly DemoOptions _options;
    private readonly X509Certificate2? _certificate;
    private readonly TaskCompletionSource<Exception> _failed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _hasPages;

    private DemoHost(DemoOptions options, X509Certificate2? certificate, ILoggerFactory logging, Func<NetworkingOptions, NetworkingOptions> adapt)
    {
        _options = options;
        _certificate = certificate;
        World = World.Create();
        var networkingOptions = adapt(DemoNetworking.Options(options, certificate, logging, hasPages => _hasPages = hasPages));
        Networking = new NetworkingSystem(World, networkingOptions);
        Echo = new EchoPlugin(Networking);
        Chat = new ChatPlugin(World, Networking);
        Arena = new ArenaSystems(World, Networking, options.Bots, options.Seed);
        _ = new ArenaTools(World, Networking, Arena, Chat);
        Systems = new Group<float>("demo", Networking).Add(Arena.InOrder);
        Loop = new GameLoop(RunFrame, new GameLoopOptions
        {
            FrameRate = options.FrameRate,
            TimeProvider = networkingOptions.TimeProvider,
            ThreadName = "demo loop",
            LoggerFactory = logging,
        });
        Loop.Failed += exception => _failed.TrySetResult(exception);
    }

    public World World { get; }

    public NetworkingSystem Networking { get; }

    public EchoPlugin Echo { get; }

    public ChatPlugin Chat { get; }

    public ArenaSystems Arena { get; }

    public Group<float> Systems { get; }

    public GameLoop Loop { get; }

    /// <summary>Completes with what a frame threw; never while all is well.</summary>
    public Task<Exception> Failed => _failed.Task;

    /// <summary>The address that was bound.</summary>
    public IPEndPoint EndPoint => Networking.LocalEndPoint ?? throw new InvalidOperationException("The demo has no address of its own.");

    /// <summary>Where the WebSocket is.</summary>
    public Uri WebSocketUri => new($"ws{Secure}://{EndPoint}/ws");

    private string Secure => _certificate is null ? "" : "s";

    /// <summary>Builds the demo and starts its server; frames run from <see cref="Start"/> on, or as a test steps <see cref="Loop"/>.</summary>
    /// <param name="options">The command line.</param>
    /// <param name="logging">Where everything logs.</param>
    /// <param name="adapt">Changes the networking's options; for tests.</param>
    public static async Task<NetworkResult<DemoHost>> StartAsync(
        DemoOptions options, ILoggerFactory logging, Func<NetworkingOptions, NetworkingOptions>? adapt = null)
    {
        var certificate = DemoCertificate.Load(options);
        if (!certificate.IsOk) return certificate.Error;
        var host = new DemoHost(options, certificate.Value, logging, adapt ?? (static unchanged => unchanged));
        var initialized = await host.Networking.InitializeAsync();
        if (!initialized.IsOk)
        {
            await host.DisposeAsync();
            return initialized.Error!;
        }

        host.Systems.Initialize();
        return host;
    }

    /// <summary>Runs the frames on a thread of their own.</summary>
    public void Start() => Loop.Start();

    /// <summary>What to print at the start: what runs where.</summary>
    public string Describe() =>
        $"""
        Playground demo: {_options.Bots} bots at {_options.FrameRate} Hz over {_options.Transport}
          page       http{Secure}://{EndPoint}/
          WebSocket  {WebSocketUri}
          MCP        http{Secure}://{EndPoint}{DemoNetworking.McpPath}
          health     http{Secure}://{EndPoint}{DemoNetworking.HealthPath}
        """
        + (_options.Inspector && _hasPages ? $"{Environment.NewLine}  inspector  http{Secure}://{EndPoint}/{DemoNetworking.InspectorPage}" : "")
        + (_options.WsEcho ? $"{Environment.NewLine}  echo       ws{Secure}://{EndPoint}{DemoNetworking.EchoPath}" : "");

    public async ValueTask DisposeAsync()
    {
        await Loop.DisposeAsync();
        await Networking.DisposeAsync();
        Systems.Dispose();
        World.Destroy(World);
        _certificate?.Dispose();
    }

    private void RunFrame(float step)
    {
        Systems.BeforeUpdate(step);
        Systems.Update(step);
        Systems.AfterUpdate(step);
    }
}
