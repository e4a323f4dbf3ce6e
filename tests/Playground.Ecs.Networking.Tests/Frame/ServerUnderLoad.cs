using Playground.Ecs.Networking.Channels;
using Playground.Ecs.Networking.Loop;

namespace Playground.Ecs.Networking.Tests.Frame;

/// <summary>A system on real sockets in a loop of the test's, for clients in other processes.</summary>
internal sealed class ServerUnderLoad : IAsyncDisposable
{
    private readonly World _world = World.Create();
    private readonly NetworkingSystem _networking;
    private readonly Action<ServerUnderLoad> _onFrame;

    private ServerUnderLoad(string channel, PluginOptions plugin, int frameRate, Action<ServerUnderLoad> onFrame)
    {
        _onFrame = onFrame;
        _networking = new NetworkingSystem(_world, new NetworkingOptions
        {
            Port = 0,
            FrameRate = frameRate,

            // Often, so that no stretch of frames is without what pings cost.
            PingInterval = TimeSpan.FromMilliseconds(200),
        });
        Channel = _networking.RegisterPlugin(channel, plugin).Unwrap();
        Loop = new GameLoop(RunFrame, new GameLoopOptions { FrameRate = frameRate });
    }

    public Channel Channel { get; }

    public GameLoop Loop { get; }

    /// <summary>Frames that are left out from now on, as a machine that stands still would. Loop thread.</summary>
    public int FramesToSkip { get; set; }

    public int Port => _networking.LocalEndPoint!.Port;

    /// <summary>Starts a server whose frames end with <paramref name="onFrame"/>, on the loop's thread.</summary>
    public static async Task<ServerUnderLoad> StartAsync(
        string channel, PluginOptions plugin, int frameRate, Action<ServerUnderLoad> onFrame)
    {
        var server = new ServerUnderLoad(channel, plugin, frameRate, onFrame);
        (await server._networking.InitializeAsync()).Unwrap();
        server.Loop.Start();
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        await Loop.DisposeAsync();
        await _networking.DisposeAsync();
        World.Destroy(_world);
    }

    private void RunFrame(float step)
    {
        if (FramesToSkip > 0)
        {
            FramesToSkip--;
            return;
        }

        _networking.BeforeUpdate(step);
        _networking.Update(step);
        _onFrame(this);
        _networking.AfterUpdate(step);
    }
}
