using System.Globalization;

namespace Playground.Ecs.Networking.Mcp.Expose;

/// <summary>An entity as models read and write it: <c>12v1</c>, its id and its version.</summary>
internal static class EntityText
{
    public static string Of(Entity entity) => string.Create(CultureInfo.InvariantCulture, $"{entity.Id}v{entity.Version}");

    public static bool TryParse(string? text, out int id, out int version)
    {
        (id, version) = (0, 0);
        if (text is null) return false;
        var border = text.IndexOf('v', StringComparison.Ordinal);
        return border > 0 && TryParse(text.AsSpan(0, border), out id) && TryParse(text.AsSpan(border + 1), out version);
    }

    private static bool TryParse(ReadOnlySpan<char> digits, out int number) => int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
