using System.Text.Json;
using Playground.Ecs.Networking.Channels;
using Playground.Ecs.Networking.Components;
using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Sending;

namespace Playground.Ecs.Networking.Mcp.BuiltIn;

/// <summary>The tools, resources and components that every system with an endpoint for language models has. Loop thread only.</summary>
internal sealed class BuiltInTools
{
    private const string ChannelName = "mcp";
    private const ushort ChannelNumber = ChannelRanges.Networking + 1;

    private static readonly TimeSpan CompareInterval = TimeSpan.FromSeconds(1);

    private readonly WorldView _view;
    private readonly FrameWaiters _waiters = new();
    private readonly SummaryTools _summary;
    private readonly NetworkTools _network;
    private readonly BuiltInResources _resources;
    private readonly IReadOnlyList<BuiltInTool> _tools;
    private readonly Action<string> _noteResource;
    private long _comparedAt;

    public BuiltInTools(WorldView view, SendStage sends, ToolCaller callTool, Action<string> noteResource)
    {
        _view = view;
        _noteResource = noteResource;
        _summary = new SummaryTools(view);
        _network = new NetworkTools(view);
        _resources = new BuiltInResources(view, _summary, _network);
        _tools =
        [
            .. _summary.Tools, .. _network.Tools, .. new TypeTools(view).Tools, .. new QueryTools(view).Tools, new WaitTool(view, _waiters).Tool, .. new ToolTools(view, callTool).Tools,
            .. view.Limits.AllowWrites ? [new EditTool(view).Tool, .. new SendTools(view, sends).Tools] : Array.Empty<BuiltInTool>(),
        ];
    }

    /// <summary>Registers all of them, before the application registers anything.</summary>
    public void Register(ChannelDirectory directory)
    {
        Expose();
        var channel = directory.RegisterSystem(ChannelName, ChannelNumber, new PluginOptions { Loopback = false, RequireSubscription = true }).Unwrap();
        foreach (var tool in _tools)
        {
            _view.Tools.Register(tool.Name, tool.Description, JsonElement.Parse(tool.Input), channel.Id, tool.Handler, tool.Options).Unwrap();
        }

        foreach (var resource in _resources.Resources) _view.Tools.Register(resource).Unwrap();
    }

    /// <summary>At the end of a frame, when the handlers have run.</summary>
    public void EndFrame()
    {
        _waiters.Run();
        var now = _view.Time.GetTimestamp();
        var elapsed = _view.Time.GetElapsedTime(_comparedAt, now);
        if (elapsed < CompareInterval) return;
        _comparedAt = now;
        _view.Rates.Sample(_view.Stats(), elapsed);
        _resources.Compare(_noteResource);
    }

    private void Expose()
    {
        static ExposeOptions Of(string description) => new() { Description = description, Writable = false };
        var exposed = _view.Exposed;
        exposed.Add<ConnectionComponent>("connection", SystemJson.Default.ConnectionComponent, Of("A peer. latency_ms: smoothed round trip; last_activity: milliseconds since 1970.")).Unwrap();
        exposed.Add<ChannelComponent>("channel", SystemJson.Default.ChannelComponent, Of("A channel that packets go over.")).Unwrap();
        exposed.Add<NetworkStatsComponent>("network_stats", SystemJson.Default.NetworkStatsComponent, Of("Totals since the start, on one entity.")).Unwrap();
        exposed.Add<LlmSessionComponent>("llm_session", SystemJson.Default.LlmSessionComponent, Of("A language model's session, beside its connection.")).Unwrap();
    }
}
