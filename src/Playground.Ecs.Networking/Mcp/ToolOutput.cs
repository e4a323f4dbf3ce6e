using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Playground.Ecs.Networking.Mcp;

/// <summary>What a tool answers; immutable.</summary>
public sealed class ToolOutput
{
    private ToolOutput(IReadOnlyList<ToolContent> content, JsonElement? structured, bool isError)
    {
        Content = content;
        Structured = structured;
        IsError = isError;
    }

    /// <summary>The pieces, in order. A structured result without any gets its JSON as a text.</summary>
    public IReadOnlyList<ToolContent> Content { get; }

    /// <summary>The result as a JSON object; null: there is none.</summary>
    public JsonElement? Structured { get; }

    /// <summary>True when the tool did not do what was asked, for a reason that the model can mend.</summary>
    public bool IsError { get; }

    /// <summary>Words.</summary>
    public static ToolOutput Text(string text) => new([new ToolContent.Text(text)], null, isError: false);

    /// <summary>Says what stands in the way, so that the model can mend it.</summary>
    public static ToolOutput Error(string message) => new([new ToolContent.Text(message)], null, isError: true);

    /// <summary>Pieces of any kind.</summary>
    public static ToolOutput Of(params IReadOnlyList<ToolContent> content) => new(content, null, isError: false);

    /// <summary>A JSON object, also as text for clients that know no structured results.</summary>
    /// <exception cref="ArgumentException">It is no object.</exception>
    public static ToolOutput Json(JsonElement value) => value.ValueKind == JsonValueKind.Object
        ? new([new ToolContent.Text(value.GetRawText())], value, isError: false)
        : throw new ArgumentException($"A structured result is a JSON object, not {value.ValueKind}.", nameof(value));

    /// <summary>A value as a JSON object with names in snake_case, also as text.</summary>
    /// <exception cref="ArgumentException">Its JSON is no object.</exception>
    [RequiresDynamicCode("Reflects over T. Use the form with a JsonElement where that is not available.")]
    [RequiresUnreferencedCode("Reflects over T. Use the form with a JsonElement where that is not available.")]
    public static ToolOutput Json<T>(T value) => Json(JsonSerializer.SerializeToElement(value, ToolJson.Results));

    /// <summary>The same, with a structured result beside the pieces.</summary>
    /// <exception cref="ArgumentException">It is no object.</exception>
    public ToolOutput With(JsonElement structured) => structured.ValueKind == JsonValueKind.Object
        ? new(Content, structured, IsError)
        : throw new ArgumentException($"A structured result is a JSON object, not {structured.ValueKind}.", nameof(structured));

    /// <summary>The same, with further pieces behind its own.</summary>
    public ToolOutput And(params IReadOnlyList<ToolContent> more) => new([.. Content, .. more], Structured, IsError);

    internal static ToolOutput From(IReadOnlyList<ToolContent> content, JsonElement? structured, bool isError) => new(content, structured, isError);
}
