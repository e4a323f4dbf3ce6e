namespace Playground.Ecs.Networking.Fuzz.Targets;

/// <summary>
/// A stream that arrives in pieces. The pattern's bytes, from the first again behind the last, say how long the next piece is and
/// whether it is the last of its frame; without a pattern all comes at once.
/// </summary>
internal sealed class Pieces(byte[] bytes, byte[] pattern)
{
    private const int LengthMask = 0x3F;
    private const int Long = 0x40;
    private const int EndsTurn = 0x80;

    private int _next;
    private int _turn;
    private int _left;
    private bool _pauses;

    /// <summary>All was taken.</summary>
    public bool IsOver => _next == bytes.Length;

    /// <summary>Takes as much of the next piece as fits; nothing at the end of a turn, and behind the last.</summary>
    public int Take(Span<byte> space, out bool isDrained)
    {
        isDrained = false;
        if (_pauses)
        {
            _pauses = false;
            return 0;
        }

        if (_left == 0) Begin();
        var count = Math.Min(Math.Min(_left, space.Length), bytes.Length - _next);
        bytes.AsSpan(_next, count).CopyTo(space);
        _next += count;
        _left -= count;
        if (_left == 0 && pattern.Length > 0 && (pattern[(_turn - 1) % pattern.Length] & EndsTurn) != 0)
        {
            // Half of the turns end as a short read does, half by asking in vain.
            isDrained = _turn % 2 == 0;
            _pauses = !isDrained;
        }

        return count;
    }

    private void Begin()
    {
        _left = int.MaxValue;
        if (pattern.Length == 0) return;
        var piece = pattern[_turn++ % pattern.Length];
        _left = 1 + ((piece & LengthMask) * ((piece & Long) != 0 ? Long : 1));
    }
}
