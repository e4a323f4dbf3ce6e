namespace Playground.Ecs.Networking.Mcp;

/// <summary>What a tool may be called. Any thread.</summary>
internal static class ToolNames
{
    // Clients put a prefix of their own before it, and models' interfaces allow 64 characters or little more.
    private const int CharsMax = 64;

    /// <summary>Says what stands against a name; null: nothing.</summary>
    public static NetworkError? Check(string? name) => IsValid(name)
        ? null
        : new NetworkError.InvalidArgument($"a tool's name must be 1-{CharsMax} letters, digits, '_' and '-', not {Schema.JsonShow.Quote(name ?? "null")}");

    private static bool IsValid(string? name)
    {
        if (name is null || name.Length is 0 or > CharsMax) return false;
        foreach (var c in name)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('_' or '-')) return false;
        }

        return true;
    }
}
