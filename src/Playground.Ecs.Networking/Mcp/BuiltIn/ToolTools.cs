using System.Text.Json;
using Playground.Ecs.Networking.Mcp.Schema;

namespace Playground.Ecs.Networking.Mcp.BuiltIn;

/// <summary>Tools about tools, for clients that load few of them or do not notice when some come and go. Loop thread only.</summary>
internal sealed class ToolTools(WorldView view, ToolCaller callTool)
{
    private const string CallName = "tool_call";

    public IEnumerable<BuiltInTool> Tools =>
    [
        new(
            "tool_search", "Search tools",
            "Finds tools by words in their names and descriptions, best first, each with its input schema; without words, all of them by name. Tools come and go with the plugins and peers that offer them; this is always the present state. Call what you find with tool_call if your client does not list it.",
            """
            {"type":"object","properties":{
              "query":{"type":"string","maxLength":256,"description":"Words, in any order."},
              "limit":{"type":"integer","minimum":1,"maximum":50,"default":10}},
             "additionalProperties":false}
            """,
            """
            {"type":"object","properties":{
              "tools":{"type":"array","items":{"type":"object","properties":{"name":{"type":"string"},"title":{"type":["string","null"]},"description":{"type":"string"},"read_only":{"type":"boolean"},"input_schema":{"type":"object"}},"required":["name","title","description","read_only","input_schema"]}},
              "truncated":{"type":"boolean"},"next_cursor":{"type":"string","description":"The name of the first tool left out; use more words."}},
             "required":["tools","truncated"]}
            """,
            (call, _) => new(Search(call.Arguments)))
        {
            RunsEarly = true,
        },
        new(
            CallName, "Call a tool",
            "Calls another tool by its name, with the same checks and limits as a direct call, and answers with its result. For tools that tool_search found and your client does not list.",
            """
            {"type":"object","properties":{
              "name":{"type":"string","maxLength":64,"description":"The tool's name."},
              "arguments":{"type":"object","description":"Its arguments, by its input schema. Default: none."}},
             "required":["name"],"additionalProperties":false}
            """,
            null,
            Call)
        {
            // What it calls may be anything, and has a time limit of its own.
            Writes = true,
            RunsEarly = true,
            Timeout = TimeSpan.FromMinutes(10),
        },
    ];

    private ToolOutput Search(JsonElement arguments)
    {
        var words = (arguments.Text("query") ?? string.Empty).Split([' ', ',', '_', '-', '.'], StringSplitOptions.RemoveEmptyEntries);
        var found = view.Tools.Catalog.Tools
            .Select(tool => (Tool: tool, Score: words.Sum(word => ScoreOf(tool, word))))
            .Where(match => words.Length == 0 || match.Score > 0)
            .OrderByDescending(static match => match.Score)
            .ThenBy(static match => match.Tool.Name, StringComparer.Ordinal);
        using var page = new JsonPage(view.Limits.QueryBytesMax);
        page.Begin("tools");
        string? cursor = null;
        foreach (var (tool, _) in found)
        {
            if (page.Count < (arguments.Integer("limit") ?? 10) && page.TryAdd(tool, Write)) continue;
            cursor = tool.Name;
            break;
        }

        page.End(cursor);
        return page.ToOutput();
    }

    private static int ScoreOf(McpTool tool, string word)
    {
        var score = 0;
        if (tool.Name.Contains(word, StringComparison.OrdinalIgnoreCase)) score += 3;
        if (tool.Options.Title?.Contains(word, StringComparison.OrdinalIgnoreCase) == true) score += 2;
        if (tool.Description.Contains(word, StringComparison.OrdinalIgnoreCase)) score++;
        return score;
    }

    private static void Write(Utf8JsonWriter writer, McpTool tool)
    {
        writer.WriteStartObject();
        writer.WriteString("name", tool.Name);
        writer.WriteString("title", tool.Options.Title);
        writer.WriteString("description", tool.Description);
        writer.WriteBoolean("read_only", tool.Options.ReadOnly);
        writer.WritePropertyName("input_schema");
        tool.InputSchema.WriteTo(writer);
        writer.WriteEndObject();
    }

    private ValueTask<ToolOutput> Call(ToolInvocation call, CancellationToken cancellationToken)
    {
        var name = call.Arguments.Text("name")!;
        if (name == CallName) return new(ToolOutput.Error($"{CallName} does not call itself: name the tool that is meant."));
        if (view.Tools.Find(name) is not null) return callTool(call, name, call.Arguments.TryGet("arguments", out var arguments) ? arguments : default, cancellationToken);
        var meant = Nearest.Of(name, view.Tools.Catalog.Tools.Select(static tool => tool.Name));
        return new(ToolOutput.Error($"There is no tool named {JsonShow.Quote(name)}{(meant is null ? "; find one with tool_search" : $"; did you mean '{meant}'?")}."));
    }
}

/// <summary>Calls a tool in the name of another call's caller, by the same rules.</summary>
internal delegate ValueTask<ToolOutput> ToolCaller(ToolInvocation outer, string tool, JsonElement arguments, CancellationToken cancellationToken);
