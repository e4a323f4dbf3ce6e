using System.Text.Json;
using Playground.Ecs.Networking.Mcp.Expose;
using Playground.Ecs.Networking.Mcp.Schema;

namespace Playground.Ecs.Networking.Mcp.BuiltIn;

/// <summary>Changes the world, all at once or not at all. Loop thread only.</summary>
internal sealed class EditTool(WorldView view)
{
    private readonly WorldEditor _editor = new(view.World, view.Exposed);
    private readonly EditHistory _history = new(view.World);

    public BuiltInTool Tool => new(
        "world_edit", "Edit the world",
        "Changes entities in one batch: all operations are checked first, then carried out at the end of one frame, or none of them is. Say with expect what you rely on, so that nothing is overwritten that changed since you read it. dry_run only checks. The answer has an undo_token: pass it as undo to take the edit back, as long as what it wrote is unchanged (the last 16 edits of a session).",
        """{"type":"object","properties":{"operations":{"type":"array","minItems":1,"maxItems":100,"items":""" + EditPlan.OperationSchema +
        """
        },
         "undo":{"type":"string","maxLength":32,"description":"An undo_token, instead of operations."},
         "dry_run":{"type":"boolean","default":false}},
         "additionalProperties":false}
        """,
        """
        {"type":"object","properties":{
          "applied":{"type":"boolean"},"frame":{"type":"integer"},
          "created":{"type":"array","items":{"type":"object","properties":{"operation":{"type":"integer"},"entity":{"type":"string"}},"required":["operation","entity"]}},
          "restored":{"type":"array","description":"Entities that undo brought back, under new names.","items":{"type":"object","properties":{"was":{"type":"string"},"entity":{"type":"string"}},"required":["was","entity"]}},
          "undo_token":{"type":"string"}},
         "required":["applied","frame"]}
        """,
        (call, _) => new(Edit(call)))
    {
        Writes = true,
        IsDestructive = true,
    };

    private ToolOutput Edit(ToolInvocation call)
    {
        var hasOperations = call.Arguments.TryGet("operations", out var operations);
        var undo = call.Arguments.Text("undo");
        if (hasOperations == (undo is not null)) return ToolOutput.Error("Give either operations or undo.");
        var isDry = call.Arguments.Flag("dry_run") == true;
        return undo is null ? Edit(call.Caller, operations, isDry) : Undo(call.Caller, undo, isDry);
    }

    private ToolOutput Edit(Entity session, JsonElement operations, bool isDry)
    {
        var plan = new EditPlan(view.Exposed);
        var index = 0;
        foreach (var operation in operations.EnumerateArray())
        {
            if (plan.TryAdd(operation, index) is { } problem) return ToolOutput.Error($"arguments.operations[{index}]: {problem}. Nothing was changed.");
            index++;
        }

        if (isDry) return Answer(false, null, [], []);
        var record = _editor.Apply(plan.Drafts, out var made);
        var created = plan.Spawned.OrderBy(static spawn => spawn.Key)
            .Select(spawn => (spawn.Key, Entity: made[IndexOf(plan.Drafts, spawn.Value)]))
            .Where(static spawn => spawn.Entity != Entity.Null);
        return Answer(true, _history.Add(session, record), [.. created], []);
    }

    private static int IndexOf(IReadOnlyList<EntityDraft> drafts, EntityDraft draft)
    {
        for (var i = 0; i < drafts.Count; i++)
        {
            if (drafts[i] == draft) return i;
        }

        return -1;
    }

    private ToolOutput Undo(Entity session, string token, bool isDry)
    {
        if (_history.Find(session, token) is not { } record) return ToolOutput.Error($"arguments.undo: {JsonShow.Quote(token)} is no edit of this session that can still be undone.");
        if (_editor.CheckUndo(record) is { } problem) return ToolOutput.Error($"arguments.undo: {problem}. Nothing was changed.");
        if (isDry) return Answer(false, null, [], []);
        _history.Remove(session, token);
        var undone = _editor.Undo(record, out var restored);
        return Answer(true, _history.Add(session, undone), [], restored);
    }

    private ToolOutput Answer(bool isApplied, string? token, IReadOnlyList<(int Operation, Entity Entity)> created, IReadOnlyList<(Entity Old, Entity New)> restored) => JsonPage.Object(
        (isApplied, view.Traffic().Frame, token, created, restored),
        static (writer, done) =>
        {
            writer.WriteBoolean("applied", done.isApplied);
            writer.WriteNumber("frame", done.Frame);
            writer.WriteStartArray("created");
            foreach (var (operation, entity) in done.created)
            {
                writer.WriteStartObject();
                writer.WriteNumber("operation", operation);
                writer.WriteString("entity", EntityText.Of(entity));
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteStartArray("restored");
            foreach (var (old, entity) in done.restored)
            {
                writer.WriteStartObject();
                writer.WriteString("was", EntityText.Of(old));
                writer.WriteString("entity", EntityText.Of(entity));
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            if (done.token is not null) writer.WriteString("undo_token", done.token);
        });
}
