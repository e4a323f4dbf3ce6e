using System.Buffers;
using System.Text.Unicode;

namespace Playground.Ecs.Networking.Protocol;

/// <summary>The rule for names of channels, peers and tools: 1-255 bytes of UTF-8 without control characters.</summary>
public static class Names
{
    // U+0080 to U+009F, the control characters beyond ASCII, are C2 80 to C2 9F.
    private const byte Latin1Lead = 0xC2;
    private const byte Latin1ControlEnd = 0xA0;
    private const byte Delete = 0x7F;

    /// <summary>Whether the name keeps the rule; null and lone surrogates do not.</summary>
    public static bool IsValid(string? name)
    {
        if (name is null || name.Length > ProtocolLimits.MaxNameBytes) return false;
        Span<byte> utf8 = stackalloc byte[ProtocolLimits.MaxNameBytes];
        var status = Utf8.FromUtf16(name, utf8, out _, out var written, replaceInvalidSequences: false);
        return status == OperationStatus.Done && IsValid(utf8[..written]);
    }

    /// <summary>Whether these bytes of UTF-8 keep the rule.</summary>
    public static bool IsValid(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length is < ProtocolLimits.MinNameBytes or > ProtocolLimits.MaxNameBytes) return false;
        return Utf8.IsValid(utf8) && !HasControlCharacter(utf8);
    }

    private static bool HasControlCharacter(ReadOnlySpan<byte> utf8)
    {
        for (var i = 0; i < utf8.Length; i++)
        {
            if (utf8[i] is < (byte)' ' or Delete) return true;
            if (utf8[i] == Latin1Lead && utf8[i + 1] < Latin1ControlEnd) return true;
        }

        return false;
    }
}
