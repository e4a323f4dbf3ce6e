using System.Text.Json;
using Playground.Ecs.Networking.Mcp;
using Playground.Ecs.Networking.Mcp.Schema;
using Playground.Ecs.Networking.Testing.Frames;

namespace Playground.Ecs.Networking.Tests.Mcp.BuiltIn;

/// <summary>Where a body is.</summary>
internal struct Position
{
    public float X;
    public float Y;
}

internal enum BodyKind
{
    Bot,
    Player,
}

/// <summary>What a body is like.</summary>
internal struct Body
{
    public string Name;
    public BodyKind Kind;
    public int[] Scores;
    public Entity Target;
    public Position Home;
}

/// <summary>Says nothing but that it is there.</summary>
internal struct Frozen;

/// <summary>Nobody shows it to models.</summary>
internal struct Hidden
{
    public int Value;
}

/// <summary>A system with the built-in tools, and a model that calls them. Every structured result is checked against its tool's schema.</summary>
internal sealed class BuiltInRig : IAsyncDisposable
{
    private BuiltInRig(NetworkHarness harness) => Harness = harness;

    public NetworkHarness Harness { get; }

    public World World => Harness.World;

    public IMcpLoop Loop => Harness.System.Mcp;

    public LlmSession Session { get; private set; } = null!;

    public static async Task<BuiltInRig> StartAsync(bool writes = false, Func<McpOptions, McpOptions>? configure = null)
    {
        var options = new McpOptions { AllowWrites = writes, CallsPerSecond = 100_000 };
        var rig = new BuiltInRig(await NetworkHarness.StartWithMcpAsync(new NetworkingOptions { Mcp = configure?.Invoke(options) ?? options }));
        rig.Harness.System.Expose<Position>("position", new ExposeOptions { Description = "Where it is, in metres." }).Unwrap();
        rig.Harness.System.Expose<Body>("body").Unwrap();
        rig.Harness.System.Expose<Frozen>("frozen", new ExposeOptions { Writable = false }).Unwrap();
        rig.Session = rig.Open("tester");
        return rig;
    }

    public static JsonElement Json(string json) => JsonElement.Parse(json);

    public LlmSession Open(string client)
    {
        var opening = Loop.OpenAsync(new LlmIdentity(null, null, client, "1.0", null), CancellationToken.None).AsTask();
        Harness.RunUntil(() => opening.IsCompleted);
        return opening.Result.Unwrap();
    }

    public Task<ToolOutput> Begin(string tool, string arguments = "{}", LlmSession? session = null, ToolListener? listener = null, CancellationToken cancellation = default) =>
        Loop.CallAsync(session ?? Session, tool, Json(arguments), listener, cancellation);

    /// <summary>Calls a tool and returns its structured result.</summary>
    public JsonElement Call(string tool, string arguments = "{}", LlmSession? session = null)
    {
        var output = Finish(tool, Begin(tool, arguments, session));
        Assert.That(output.IsError, Is.False, Words(output));
        return output.Structured!.Value;
    }

    /// <summary>Calls a tool that refuses, and returns what it says.</summary>
    public string Refused(string tool, string arguments = "{}", LlmSession? session = null)
    {
        var output = Finish(tool, Begin(tool, arguments, session));
        Assert.That(output.IsError, Words(output));
        return Words(output);
    }

    public ToolOutput Finish(string tool, Task<ToolOutput> call)
    {
        Harness.RunUntil(() => call.IsCompleted);
        var output = call.Result;
        if (!output.IsError) CheckSchema(tool, output);
        return output;
    }

    public async ValueTask DisposeAsync() => await Harness.DisposeAsync();

    private void CheckSchema(string tool, ToolOutput output)
    {
        var options = Harness.System.ListMcpTools().Single(t => t.Name == tool).Options;
        if (options.OutputSchema is not { } schema) return;
        Assert.That(ToolSchema.Parse(schema).Unwrap().Check(output.Structured!.Value, "result"), Is.Null);
        Assert.That(Words(output), Is.EqualTo(output.Structured!.Value.GetRawText()));
    }

    private static string Words(ToolOutput output) => ((ToolContent.Text)output.Content[0]).Value;
}
