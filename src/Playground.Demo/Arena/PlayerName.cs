using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace Playground.Demo.Arena;

/// <summary>What a player may call itself: 1 to 24 characters (Unicode scalar values), none of them a control or a format character.</summary>
internal static class PlayerName
{
    private const int CharactersMax = 24;

    // Four bytes a character, and some white space around them.
    private const int BytesMax = 128;

    /// <summary>Reads a name as a peer sent it, without the white space around it. False when it is none.</summary>
    public static bool TryRead(ReadOnlySpan<byte> utf8, out string name)
    {
        name = "";
        if (utf8.Length > BytesMax || !Utf8.IsValid(utf8)) return false;
        name = Encoding.UTF8.GetString(utf8).Trim();
        var characters = 0;
        foreach (var rune in name.EnumerateRunes())
        {
            characters++;
            if (!IsVisible(rune)) return false;
        }

        return characters is >= 1 and <= CharactersMax;
    }

    // Format characters turn the direction of text around, or are not there to be seen.
    private static bool IsVisible(Rune rune) => Rune.GetUnicodeCategory(rune) is not
        (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}
