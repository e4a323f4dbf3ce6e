using System.Text;

namespace Playground.Ecs.Networking.Mcp.Endpoint;

/// <summary>What clients call themselves, cut to what is worth keeping.</summary>
internal static class ClientNames
{
    /// <summary>Tells several models of one program apart.</summary>
    public const string AgentHeader = "Playground-Agent";

    private const int CharsMax = 64;

    /// <summary>A name of at most 64 characters without control characters; empty where there is none.</summary>
    public static string Trim(string? name)
    {
        if (name is null) return string.Empty;
        var kept = new StringBuilder(Math.Min(name.Length, CharsMax));
        foreach (var rune in name.EnumerateRunes())
        {
            if (kept.Length + rune.Utf16SequenceLength > CharsMax) break;
            if (!Rune.IsControl(rune)) kept.Append(rune);
        }

        return kept.ToString();
    }
}
