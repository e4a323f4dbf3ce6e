using Playground.Ecs.Networking.Channels;
using Playground.Ecs.Networking.Diagnostics;
using Playground.Ecs.Networking.Mcp.BuiltIn;
using Playground.Ecs.Networking.Mcp.Expose;
using Playground.Ecs.Networking.Sending;
using Playground.Ecs.Networking.Sessions;

namespace Playground.Ecs.Networking.Mcp;

/// <summary>All that a frame does for language models, in its order. Loop thread only, but for <see cref="Loop"/>.</summary>
internal sealed class McpStage
{
    private readonly ResourceStage _resources;
    private readonly BuiltInTools? _builtIn;

    public McpStage(
        NetworkingOptions options,
        World world,
        ChannelRegistry channels,
        ChannelDirectory directory,
        InboxList inboxes,
        SendStage sends,
        SessionStage sessions,
        HandlerFailures failures,
        HandlerTimes times,
        ConnectionCounters connections,
        NetworkLog log)
    {
        Notices = new McpNotices((options.Mcp ?? new McpOptions()).ResourcesMax, Counters);
        Registry = new ToolRegistry(options, channels, Counters);
        Models = new LlmSessions(options, world, channels, directory, sessions, connections, Counters);
        Tools = new ToolStage(options, Registry, inboxes, sends, sessions, failures, times, Counters) { Models = Models };
        _resources = new ResourceStage(Registry, connections, log);
        Loop = new McpLoop(options, Registry, Models, Tools, _resources, Notices, Counters);
        Tools.Prepare = Loop.Prepare;
        Registry.EndCalls = Tools.End;
        Models.EndCalls = Tools.End;
        directory.EndTools = Registry.RemoveAllOf;
        sends.FindModel = entity => Models.Find(entity)?.Inbox;
        Exposed = new ExposedComponents(world);
        if (options.Mcp is not { BuiltInTools: true }) return;
        View = new WorldView(options, world, Exposed, channels, sessions, Registry, Models);
        _builtIn = new BuiltInTools(View, sends, Tools.CallFromAsync, Notices.Note);
    }

    /// <summary>The tools and resources on offer.</summary>
    public ToolRegistry Registry { get; }

    /// <summary>The calls under way.</summary>
    public ToolStage Tools { get; }

    /// <summary>The components that models may see.</summary>
    public ExposedComponents Exposed { get; }

    /// <summary>The other threads' way here.</summary>
    public McpLoop Loop { get; }

    /// <summary>The sessions of language models.</summary>
    public LlmSessions Models { get; }

    /// <summary>What tells other threads of changes.</summary>
    public McpNotices Notices { get; }

    public ToolCounters Counters { get; } = new();

    /// <summary>What the built-in tools see; null: there are none.</summary>
    public WorldView? View { get; }

    /// <summary>Says how calls of other threads get here, and who runs the handlers of channels. Before the first frame.</summary>
    public void Connect(Func<Action, NetworkError?> post, Action<Action> onLoop, Action<Channel> addHandler)
    {
        Loop.Post = post;
        Loop.OnLoop = onLoop;
        Tools.OnLoop = onLoop;
        _resources.OnLoop = onLoop;
        Models.AddHandler = addHandler;
    }

    /// <summary>Registers what the system brings itself, before the application registers anything.</summary>
    public void RegisterBuiltIn(ChannelDirectory directory) => _builtIn?.Register(directory);

    /// <summary>Between frames: ends the sessions that nobody uses.</summary>
    public void BeginFrame() => Models.Sweep();

    /// <summary>In Update: handlers run, components are brought up to date.</summary>
    public void Run()
    {
        Tools.Run();
        Models.Run();
    }

    /// <summary>When all systems have updated: what reads or changes the whole world runs; what changed is announced.</summary>
    public void EndFrame()
    {
        Tools.RunAtFrameEnd();
        _resources.RunAtFrameEnd();
        _builtIn?.EndFrame();
        Notices.Announce(Registry.HasChanged);
        Registry.HasChanged = false;
    }

    /// <summary>A resource's contents changed. Any thread.</summary>
    public void NoteResource(string uri) => Notices.Note(uri);

    /// <summary>The system stops: whoever waits learns that.</summary>
    public void EndAll()
    {
        Tools.EndAll();
        _resources.EndAll();
    }

    /// <summary>After the last frame: the sessions' entities leave the world.</summary>
    public void CloseSessions() => Models.CloseAll();
}
