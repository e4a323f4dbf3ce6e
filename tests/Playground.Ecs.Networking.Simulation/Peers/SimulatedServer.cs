using Playground.Ecs.Networking.Channels;
using Playground.Ecs.Networking.Links;
using Playground.Ecs.Networking.Simulation.Checks;
using Playground.Ecs.Networking.Simulation.Network;
using Playground.Ecs.Networking.Simulation.Running;

namespace Playground.Ecs.Networking.Simulation.Peers;

/// <summary>One life of the server's process: a world, a NetworkingSystem in it and an application, frame by frame.</summary>
internal sealed class SimulatedServer
{
    /// <summary>From the server to its subscribers.</summary>
    public const ushort News = 100;

    /// <summary>From clients to an inbox.</summary>
    public const ushort Desk = 101;

    /// <summary>From clients to a handler.</summary>
    public const ushort Bell = 102;

    /// <summary>From clients to an inbox and the other subscribers.</summary>
    public const ushort Chat = 103;

    private readonly CheckedPool _arrays = new();
    private readonly Group<float> _group;
    private readonly EntityCheck _entities;
    private readonly LinkCheck _links;
    private readonly float _step;

    public SimulatedServer(RunContext run, int life)
    {
        Life = life;
        Options = run.Settings.Server with { TimeProvider = run.Time, Transport = Transport, Arrays = _arrays, LoggerFactory = run.Loggers, Mcp = null };
        World = World.Create();
        System = new NetworkingSystem(World, Options);
        Application = new ServerApplication(run, this, run.Rng.For("server application", life));
        _group = new Group<float>("server", System, Application);
        _entities = new EntityCheck(this, run.Wire, run.Time);
        _links = new LinkCheck(this, Options);
        _step = 1f / run.Settings.FrameRate;
        System.InitializeAsync().AsTask().GetAwaiter().GetResult().Unwrap();
        Register(News, "news", new PluginOptions { Loopback = false });
        Register(Desk, "desk", new PluginOptions());
        Register(Bell, "bell", new PluginOptions { Handler = Application.OnBell });
        Register(Chat, "chat", new PluginOptions { Relay = true });
    }

    /// <summary>Counts the lives.</summary>
    public int Life { get; }

    public NetworkingOptions Options { get; }

    public World World { get; }

    public NetworkingSystem System { get; }

    public MemoryTransport Transport { get; } = new();

    public ServerApplication Application { get; }

    /// <summary>Frames run.</summary>
    public long Frame { get; private set; }

    /// <summary>Runs a frame.</summary>
    public void RunFrame()
    {
        Frame++;
        _group.BeforeUpdate(_step);
        _group.Update(_step);
        _group.AfterUpdate(_step);
    }

    /// <summary>Looks at the links after a frame, before anybody takes what it sent.</summary>
    public void CheckLinks(IReadOnlyDictionary<string, SimulatedLink> links) => _links.Check(links);

    /// <summary>Looks at the world and the queues after a frame, when what it sent was taken.</summary>
    public void CheckFrame(IReadOnlyDictionary<string, SimulatedLink> links) => _entities.Check(links);

    /// <summary>Ends the process; every buffer has to be back.</summary>
    /// <param name="wait">Lets a little time pass while peers are told, if they can be.</param>
    public void Stop(Action wait)
    {
        Application.TakeInboxes();
        var disposal = System.DisposeAsync().AsTask();
        while (!disposal.IsCompleted) wait();
        disposal.GetAwaiter().GetResult();
        if (System.Buffers.RentedCount != 0) throw new SimulationFailedException($"the server kept {System.Buffers.RentedCount} buffers of its pool");
        if (_arrays.RentedCount != 0) throw new SimulationFailedException($"the server kept {_arrays.RentedCount} arrays");
        if (World.Size != 0) throw new SimulationFailedException($"the server left {World.Size} entities");
        Application.End();
        World.Destroy(World);
    }

    private void Register(ushort id, string name, PluginOptions options) => System.RegisterSystem(name, id, options).Unwrap();
}
