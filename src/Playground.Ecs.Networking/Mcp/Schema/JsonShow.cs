using System.Text;
using System.Text.Json;

namespace Playground.Ecs.Networking.Mcp.Schema;

/// <summary>JSON in a sentence for a model: short, and the same text for the same value.</summary>
internal static class JsonShow
{
    private const int CharsMax = 60;

    /// <summary>A value, cut where it is long.</summary>
    public static string Value(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => $"an array of {value.GetArrayLength()}",
        JsonValueKind.Undefined => "missing",
        JsonValueKind.String => Quote(value.GetString()!, '"'),
        _ => Cut(value.GetRawText()),
    };

    /// <summary>An enum's or const's value, which may be of any kind.</summary>
    public static string Literal(JsonElement value) => Cut(value.GetRawText());

    /// <summary>A name in quotes, cut where it is long.</summary>
    public static string Quote(string text, char quote = '\'') => $"{quote}{Cut(text)}{quote}";

    /// <summary>Names after each other, those beyond the limit counted.</summary>
    public static string List(IEnumerable<string> names, int namesMax = 12)
    {
        var all = names.ToList();
        var shown = string.Join(", ", all.Take(namesMax).Select(Cut));
        return all.Count > namesMax ? $"{shown} and {all.Count - namesMax} more" : shown;
    }

    /// <summary>The value's text with sorted properties and one form for each number.</summary>
    public static string Canonical(JsonElement value)
    {
        var text = new StringBuilder();
        Write(value, text);
        return text.ToString();
    }

    private static string Cut(string text)
    {
        if (text.Length <= CharsMax) return text;
        var end = char.IsHighSurrogate(text[CharsMax - 1]) ? CharsMax - 1 : CharsMax;
        return $"{text[..end]}…";
    }

    private static void Write(JsonElement value, StringBuilder text)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                text.Append('{');
                foreach (var property in value.EnumerateObject().OrderBy(static p => p.Name, StringComparer.Ordinal))
                {
                    text.Append(JsonEncodedText.Encode(property.Name)).Append("\":");
                    Write(property.Value, text);
                    text.Append(',');
                }

                text.Append('}');
                break;
            case JsonValueKind.Array:
                text.Append('[');
                foreach (var item in value.EnumerateArray())
                {
                    Write(item, text);
                    text.Append(',');
                }

                text.Append(']');
                break;
            case JsonValueKind.Number:
                var number = JsonNumber.Of(value);
                if (number.Exact is { } exact) text.Append(System.Globalization.CultureInfo.InvariantCulture, $"{exact / 1.000000000000000000000000000000000m}");
                else text.Append(System.Globalization.CultureInfo.InvariantCulture, $"{number.Near:R}");
                break;
            case JsonValueKind.String:
                text.Append('"').Append(JsonEncodedText.Encode(value.GetString()!)).Append('"');
                break;
            default:
                text.Append(value.GetRawText());
                break;
        }
    }
}
