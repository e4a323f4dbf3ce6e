using System.Text.Json;
using Playground.Ecs.Networking.Mcp.Expose;

namespace Playground.Ecs.Networking.Mcp.BuiltIn;

/// <summary>Waits for a condition, frame by frame. Loop thread only.</summary>
internal sealed class WaitTool(WorldView view, FrameWaiters waiters)
{
    private const int TimeoutMs = 10_000;
    private const int TimeoutMsMax = 60_000;
    private const int LooksPerFrame = 5_000;

    private static readonly string[] Conditions = ["frames", "query", "field", "message"];
    private static readonly TimeSpan ReportInterval = TimeSpan.FromSeconds(1);

    private readonly EntityOrder _order = new();

    public BuiltInTool Tool => new(
        "wait_for", "Wait for a condition",
        "Waits until something is so, asked at the end of every frame, and says how long that took: a number of frames, how many entities a query finds, a field of an entity, or a message to this session's channel. Give exactly one of them. Reports its progress every second. At the timeout it answers with met = false.",
        """
        {"type":"object","properties":{
          "frames":{"type":"integer","minimum":1,"maximum":100000,"description":"So many frames from now."},
          "query":{"type":"object","description":"As for world_query; waits until the number of entities found is as said.","properties":{
        """ + EntityFilter.Properties +
        """
            ,"op":{"enum":["eq","ne","lt","le","gt","ge"],"default":"ge"},"count":{"type":"integer","minimum":0,"default":1}},"additionalProperties":false},
          "field":{"type":"object","description":"A field of an entity.","properties":{"entity":{"type":"string","maxLength":32},"condition":
        """ + FieldTest.Schema +
        """
            },"required":["entity","condition"],"additionalProperties":false},
          "message":{"const":true,"description":"A packet to this session's channel; it comes with the result."},
          "timeout_ms":{"type":"integer","minimum":0,"maximum":60000,"default":10000}},
         "additionalProperties":false}
        """,
        """
        {"type":"object","properties":{
          "met":{"type":"boolean"},"reason":{"enum":["met","timeout","gone"],"description":"gone: the entity is not there any more, or has no such component."},
          "frames":{"type":"integer","description":"How many went by."},"elapsed_ms":{"type":"integer"},
          "count":{"type":"integer","description":"Entities found last."},"value":{"description":"The field's last value."}},
         "required":["met","reason","frames","elapsed_ms"]}
        """,
        Wait)
    {
        Timeout = TimeSpan.FromMilliseconds(TimeoutMsMax + 5_000),
    };

    /// <summary>What one asking found: whether it is so, or cannot become so, and what to tell beside that.</summary>
    private readonly record struct Outcome(bool IsMet, bool IsGone = false, Action<Utf8JsonWriter>? Tell = null);

    private sealed class Waiting(long begunFrame, long begunAt, TimeSpan timeout)
    {
        public long BegunFrame => begunFrame;

        public long BegunAt => begunAt;

        public TimeSpan Timeout => timeout;

        public TimeSpan NextReport { get; set; } = ReportInterval;
    }

    private ValueTask<ToolOutput> Wait(ToolInvocation call, CancellationToken cancellationToken)
    {
        var arguments = call.Arguments;
        var given = Conditions.Count(name => arguments.TryGet(name, out _));
        if (given != 1) return new(ToolOutput.Error($"Give exactly one of frames, query, field and message; {given} were given."));
        var waiting = new Waiting(view.Stats().Frame, view.Time.GetTimestamp(), TimeSpan.FromMilliseconds(arguments.Integer("timeout_ms") ?? TimeoutMs));
        if (TryReadCondition(call, waiting, out var problem) is not { } condition) return new(ToolOutput.Error(problem!));
        return waiters.Until(() => Ask(call, waiting, condition), cancellationToken);
    }

    private ToolOutput? Ask(ToolInvocation call, Waiting waiting, Func<Outcome> condition)
    {
        var (isMet, isGone, tell) = condition();
        var elapsed = view.Time.GetElapsedTime(waiting.BegunAt);
        if (isMet || isGone || elapsed >= waiting.Timeout) return Answer(isMet ? "met" : isGone ? "gone" : "timeout", waiting, elapsed, tell);
        if (elapsed < waiting.NextReport) return null;
        waiting.NextReport += ReportInterval;
        call.ReportProgress(elapsed.TotalMilliseconds, waiting.Timeout.TotalMilliseconds, $"waiting since {view.Stats().Frame - waiting.BegunFrame} frames");
        return null;
    }

    private ToolOutput Answer(string reason, Waiting waiting, TimeSpan elapsed, Action<Utf8JsonWriter>? tell) => JsonPage.Object(
        (reason, Frames: view.Stats().Frame - waiting.BegunFrame, elapsed, tell),
        static (writer, answer) =>
        {
            writer.WriteBoolean("met", answer.reason == "met");
            writer.WriteString("reason", answer.reason);
            writer.WriteNumber("frames", answer.Frames);
            writer.WriteNumber("elapsed_ms", (long)answer.elapsed.TotalMilliseconds);
            answer.tell?.Invoke(writer);
        });

    private Func<Outcome>? TryReadCondition(ToolInvocation call, Waiting waiting, out string? problem)
    {
        var arguments = call.Arguments;
        problem = null;
        if (arguments.Integer("frames") is { } frames) return () => new Outcome(view.Stats().Frame - waiting.BegunFrame >= frames);
        if (arguments.TryGet("query", out var query)) return TryReadQuery(query, out problem);
        if (arguments.TryGet("field", out var field)) return TryReadField(field, out problem);
        if (view.Models.Find(call.Caller) is { } session) return () => new Outcome(session.Messages.Count > 0);
        problem = "Only a language model's session has a channel to wait for.";
        return null;
    }

    private Func<Outcome>? TryReadQuery(JsonElement query, out string? problem)
    {
        if (EntityFilter.TryRead(view.Exposed, query, "arguments.query", out problem) is not { } filter) return null;
        var (op, wanted) = (query.Text("op") ?? "ge", query.Integer("count") ?? 1);
        var (last, nextFrame) = (default(Outcome), long.MinValue);
        return () =>
        {
            // What looks at many entities is asked less often.
            var frame = view.Stats().Frame;
            if (frame < nextFrame) return last;
            var count = Count(filter, out var looks);
            nextFrame = frame + 1 + (looks / LooksPerFrame);
            return last = new Outcome(IsSo(count, op, wanted), Tell: writer => writer.WriteNumber("count", count));
        };
    }

    private Func<Outcome>? TryReadField(JsonElement field, out string? problem)
    {
        var name = field.Text("entity");
        problem = view.Exposed.Entities.TryFind(name, out var entity) ? null : $"arguments.field.entity: {EntityIndex.Missing(name)}.";
        if (problem is not null) return null;
        if (FieldTest.TryRead(view.Exposed, field.GetProperty("condition"), out problem) is not { } test)
        {
            problem = $"arguments.field.condition: {problem}.";
            return null;
        }

        return () =>
        {
            if (!test.Component.Has(view.World, entity)) return new Outcome(IsMet: false, IsGone: true);
            var value = test.Field.Read(test.Component.Get(view.World, entity));
            return new Outcome(test.Holds(view.World, entity), Tell: writer =>
            {
                writer.WritePropertyName("value");
                value.WriteTo(writer);
            });
        };
    }

    private int Count(EntityFilter filter, out int looks)
    {
        var count = 0;
        filter.Fill(_order, view);
        looks = _order.Count;
        for (var next = 0; _order.TryNext(next, out var entity); next = entity.Id + 1)
        {
            if (filter.Fits(view.World, entity)) count++;
        }

        return count;
    }

    private static bool IsSo(int count, string op, int wanted) => op switch
    {
        "eq" => count == wanted,
        "ne" => count != wanted,
        "lt" => count < wanted,
        "le" => count <= wanted,
        "gt" => count > wanted,
        _ => count >= wanted,
    };
}
