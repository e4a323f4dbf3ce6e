using System.Text.Json;
using System.Text.RegularExpressions;

namespace Playground.Ecs.Networking.Mcp.Schema;

/// <summary>A schema, or a part of one, ready to check values. Written by <see cref="SchemaReader"/> alone, then never again.</summary>
internal sealed class SchemaNode
{
    /// <summary>The schema <c>true</c>.</summary>
    public static SchemaNode Anything { get; } = new();

    /// <summary>The schema <c>false</c>.</summary>
    public static SchemaNode Nothing { get; } = new() { IsNothing = true };

    public bool IsNothing { get; init; }

    public JsonKinds Kinds { get; set; } = JsonKinds.All;

    // Values

    /// <summary>The values allowed, of enum or const; null: any.</summary>
    public JsonElement[]? Values { get; set; }

    public JsonElement? Constant { get; set; }

    // Objects

    public Dictionary<string, SchemaNode>? Properties { get; set; }

    public HashSet<string>? Required { get; set; }

    /// <summary>For properties that have no schema of their own; null: anything.</summary>
    public SchemaNode? Additional { get; set; }

    public long PropertiesMin { get; set; }

    public long PropertiesMax { get; set; } = long.MaxValue;

    // Arrays

    public SchemaNode? Items { get; set; }

    public long ItemsMin { get; set; }

    public long ItemsMax { get; set; } = long.MaxValue;

    public bool IsUnique { get; set; }

    // Strings

    public long CharsMin { get; set; }

    public long CharsMax { get; set; } = long.MaxValue;

    public Regex? Pattern { get; set; }

    // Numbers

    public JsonNumber? Minimum { get; set; }

    public JsonNumber? Maximum { get; set; }

    public JsonNumber? Above { get; set; }

    public JsonNumber? Below { get; set; }

    public JsonNumber? MultipleOf { get; set; }

    // Others that the same value must follow

    public SchemaNode[]? AnyOf { get; set; }

    public SchemaNode[]? OneOf { get; set; }

    public SchemaNode? Reference { get; set; }

    /// <summary>How many schemas apply to one value through references and alternatives; 0: not known yet.</summary>
    public int Chain { get; set; }
}
