using System.Text.Json;
using Playground.Ecs.Networking.Loop;
using Playground.Ecs.Networking.Mcp;

namespace Playground.Ecs.Networking.LoadTest.Mcp;

/// <summary>
/// The server of <see cref="McpLoad"/>, in a process of its own: a game with 1,000 moving entities, an exposed component, and a tool that a
/// plugin handles in Update. Prints its port; ends with its standard input, and prints how long its frames took.
/// </summary>
internal static class McpServerProcess
{
    private const int Entities = 1_000;

    private static readonly QueryDescription Moving = new QueryDescription().WithAll<Place, Motion>();

    /// <summary>Where an entity is.</summary>
    internal struct Place
    {
        public float X;
        public float Y;
    }

    /// <summary>How it moves, in units per second.</summary>
    internal struct Motion
    {
        public float X;
        public float Y;
    }

    public static async Task<int> ServeAsync(LoadOptions options)
    {
        var world = World.Create();
        for (var i = 0; i < Entities; i++) world.Create(new Place { X = i }, new Motion { X = 1, Y = 1 });
        await using var networking = new NetworkingSystem(world, new NetworkingOptions
        {
            Port = 0,
            FrameRate = options.Get("--frame-rate", 60),
            Mcp = new McpOptions { CallsPerSecond = 10_000 },
        });
        var channel = networking.RegisterPlugin("load").Unwrap();
        var schema = JsonElement.Parse("""{"type":"object","properties":{"n":{"type":"integer"}},"required":["n"]}""");
        networking.RegisterMcpTool("count", "Answers with the number it was given.", schema, channel.Id, static (call, _) =>
            new(ToolOutput.Text(call.Arguments.GetProperty("n").GetRawText()))).Unwrap();
        networking.Expose<Place>("place").Unwrap();
        (await networking.InitializeAsync()).Unwrap();
        await using var loop = new GameLoop(
            step =>
            {
                networking.BeforeUpdate(step);
                Move(world, step);
                networking.Update(step);
                networking.AfterUpdate(step);
            },
            new GameLoopOptions { FrameRate = options.Get("--frame-rate", 60) });
        loop.Start();
        Console.WriteLine(networking.LocalEndPoint!.Port);
        await Console.In.ReadToEndAsync();
        var frames = loop.Durations.Read();
        Console.WriteLine(FormattableString.Invariant($"{frames.P50.TotalMilliseconds:0.000} {frames.P99.TotalMilliseconds:0.000} {frames.Max.TotalMilliseconds:0.000}"));
        return 0;
    }

    private static void Move(World world, float step)
    {
        foreach (ref var chunk in world.Query(in Moving))
        {
            var places = chunk.GetSpan<Place>()[..chunk.Count];
            var motions = chunk.GetSpan<Motion>()[..chunk.Count];
            for (var i = 0; i < places.Length; i++)
            {
                places[i].X += motions[i].X * step;
                places[i].Y += motions[i].Y * step;
            }
        }
    }
}
