using System.Text.Json;
using Playground.Demo.Arena;
using Playground.Ecs.Networking;
using Playground.Ecs.Networking.Components;
using Playground.Ecs.Networking.Mcp;

namespace Playground.Demo.Plugins;

/// <summary>
/// What a language model may do in the arena. It has a body there like every peer, which its tools call "me".
/// </summary>
internal sealed class ArenaTools
{
    private static readonly QueryDescription Bodies = new QueryDescription().WithAll<Body, Position, Velocity>();
    private static readonly QueryDescription Peers = new QueryDescription().WithAll<ConnectionComponent, Avatar>();

    private readonly World _world;
    private readonly ChatPlugin _chat;
    private readonly BotSystem _bots;

    public ArenaTools(World world, NetworkingSystem networking, ArenaSystems arena, ChatPlugin chat)
    {
        (_world, _chat, _bots) = (world, chat, arena.Bots);
        Expose(networking);
        networking.RegisterMcpTool(
            "arena_say",
            "Says a line in the arena's chat. Everyone who is there reads it. What others say comes back to you with your next result.",
            Schema("""{"type":"object","properties":{"text":{"type":"string","minLength":1,"maxLength":500,"description":"The line."}},"required":["text"],"additionalProperties":false}"""),
            chat.Channel.Id,
            Say,
            new ToolOptions { Title = "Say something" }).Unwrap();
        networking.RegisterMcpTool(
            "arena_spawn_bot",
            "Puts bots into the arena, at a place or anywhere. Answers with the numbers of their bodies.",
            Schema(
                $$$"""
                {"type":"object","properties":{
                  "x":{"type":"number","minimum":0,"maximum":{{{ArenaField.Width}}},"description":"Units from the left wall; without it: anywhere."},
                  "y":{"type":"number","minimum":0,"maximum":{{{ArenaField.Height}}},"description":"Units from the upper wall; without it: anywhere."},
                  "count":{"type":"integer","minimum":1,"maximum":50,"default":1,"description":"How many."}},
                "additionalProperties":false}
                """),
            arena.Channel.Id,
            SpawnBots,
            new ToolOptions { Title = "Spawn bots", AtFrameEnd = true }).Unwrap();
        networking.RegisterMcpTool(
            "arena_where_is",
            "Says where a body is, in units from the upper left corner, and how fast it moves, in units per second. Name a body by its number, or a peer by its id; \"me\" is your own.",
            Schema(
                """
                {"type":"object","properties":{
                  "body":{"type":"integer","minimum":1,"maximum":65535,"description":"The body's number."},
                  "peer":{"type":"string","description":"The peer's id, or \"me\"."}},
                "minProperties":1,"maxProperties":1,"additionalProperties":false}
                """),
            arena.Channel.Id,
            WhereIs,
            new ToolOptions { Title = "Find a body", ReadOnly = true, AtFrameEnd = true }).Unwrap();
    }

    // What the built-in tools show of the arena.
    private static void Expose(NetworkingSystem networking)
    {
        networking.Expose<Position>("position", new ExposeOptions { Description = "Where a body is, in units from the arena's upper left corner; the arena is 1600 by 900." }).Unwrap();
        networking.Expose<Velocity>("velocity", new ExposeOptions { Description = "Units per second. Players' follow their input, bots' change now and then." }).Unwrap();
        networking.Expose<Body>("body", new ExposeOptions { Description = "A thing that everybody sees: its number, who moves it, its hue (256 to the turn).", Writable = false }).Unwrap();
    }

    private ValueTask<ToolOutput> Say(ToolInvocation call, CancellationToken cancellationToken)
    {
        var said = _chat.Say(NameOf(call.Caller), call.Arguments.GetProperty("text").GetString()!);
        return new(said.IsOk ? ToolOutput.Text("Said.") : ToolOutput.Error(said.Error!.Message));
    }

    private ValueTask<ToolOutput> SpawnBots(ToolInvocation call, CancellationToken cancellationToken)
    {
        var wanted = call.Read<SpawnRequest>();
        var numbers = new List<int>();
        for (var i = 0; i < wanted.Count; i++)
        {
            if (!_bots.TrySpawn(wanted.X, wanted.Y, out var number))
            {
                return new(ToolOutput.Error($"The arena is full at {_bots.Count} bots; {numbers.Count} were put in, numbers {string.Join(", ", numbers)}."));
            }

            numbers.Add(number);
        }

        return new(ToolOutput.Json(new { bodies = numbers, bots = _bots.Count }));
    }

    private ValueTask<ToolOutput> WhereIs(ToolInvocation call, CancellationToken cancellationToken)
    {
        var asked = call.Arguments;
        var body = asked.TryGetProperty("body", out var number) ? FindBody(number.GetInt32()) : FindBodyOf(asked.GetProperty("peer").GetString()!, call.Caller);
        if (!_world.IsAlive(body)) return new(ToolOutput.Error($"There is no such body: {asked.GetRawText()}. world_query with [\"body\"] lists them."));
        var (what, at, speed) = (_world.Get<Body>(body), _world.Get<Position>(body), _world.Get<Velocity>(body));
        return new(ToolOutput.Json(new { body = what.Number, kind = what.Kind == BodyKind.Bot ? "bot" : "player", x = at.X, y = at.Y, velocity_x = speed.X, velocity_y = speed.Y }));
    }

    private Entity FindBody(int number)
    {
        foreach (ref var chunk in _world.Query(in Bodies))
        {
            var bodies = chunk.GetSpan<Body>()[..chunk.Count];
            for (var i = 0; i < bodies.Length; i++)
            {
                if (bodies[i].Number == number) return chunk.Entity(i);
            }
        }

        return Entity.Null;
    }

    private Entity FindBodyOf(string peer, Entity caller)
    {
        if (peer == "me") return _world.IsAlive(caller) && _world.TryGet<Avatar>(caller, out var mine) ? mine.Body : Entity.Null;
        foreach (ref var chunk in _world.Query(in Peers))
        {
            var peers = chunk.GetSpan<ConnectionComponent>()[..chunk.Count];
            for (var i = 0; i < peers.Length; i++)
            {
                if (peers[i].PeerId == peer) return chunk.GetSpan<Avatar>()[i].Body;
            }
        }

        return Entity.Null;
    }

    private string NameOf(Entity caller) =>
        _world.IsAlive(caller) && _world.TryGet<LlmSessionComponent>(caller, out var model) ? model.ClientName : "the arena";

    private static JsonElement Schema(string json) => JsonElement.Parse(json);

    /// <summary>Arguments of arena_spawn_bot.</summary>
    private sealed class SpawnRequest
    {
        public float? X { get; init; }

        public float? Y { get; init; }

        public int Count { get; init; } = 1;
    }
}
