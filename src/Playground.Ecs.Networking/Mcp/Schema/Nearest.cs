namespace Playground.Ecs.Networking.Mcp.Schema;

/// <summary>Finds what was meant by a misspelt name.</summary>
internal static class Nearest
{
    private const int NameCharsMax = 64;
    private const int CandidatesMax = 1_000;

    /// <returns>The known name that differs least, by a third of its letters at most; null: none is near.</returns>
    public static string? Of(string name, IEnumerable<string> known)
    {
        if (name.Length is 0 or > NameCharsMax) return null;
        string? nearest = null;
        var least = int.MaxValue;
        foreach (var candidate in known.Take(CandidatesMax))
        {
            if (candidate.Length is 0 or > NameCharsMax) continue;
            var distance = Distance(Plain(name), Plain(candidate));
            if (distance >= least || distance > Math.Max(1, Math.Min(name.Length, candidate.Length) / 3)) continue;
            (nearest, least) = (candidate, distance);
        }

        return nearest;
    }

    // playerId, player_id and Player-Id are one name to whoever mistook them.
    private static string Plain(string name) =>
        string.Concat(name.Where(static c => c is not ('_' or '-' or ' '))).ToUpperInvariant();

    // Letters changed, added and left out; neighbours swapped count once (Damerau).
    private static int Distance(string from, string to)
    {
        Span<int> before = stackalloc int[NameCharsMax + 1];
        Span<int> above = stackalloc int[NameCharsMax + 1];
        Span<int> row = stackalloc int[NameCharsMax + 1];
        for (var j = 0; j <= to.Length; j++) above[j] = j;
        for (var i = 1; i <= from.Length; i++)
        {
            row[0] = i;
            for (var j = 1; j <= to.Length; j++)
            {
                var cost = from[i - 1] == to[j - 1] ? 0 : 1;
                row[j] = Math.Min(Math.Min(above[j] + 1, row[j - 1] + 1), above[j - 1] + cost);
                if (i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1]) row[j] = Math.Min(row[j], before[j - 2] + 1);
            }

            above.CopyTo(before);
            row.CopyTo(above);
        }

        return above[to.Length];
    }
}
