namespace Playground.Ecs.Networking.Protocol;

/// <summary>What a close code means for the client and for the session.</summary>
public static class CloseCodes
{
    private const ushort FinalFirst = 4500;
    private const ushort FinalLast = 4999;

    /// <summary>Whether a client must not reconnect: 1000, 1002, 1003, 1007-1009, 4500-4999 (PROTOCOL.md, section 10).</summary>
    public static bool IsFinal(ushort code) => code switch
    {
        1000 or 1002 or 1003 or (>= 1007 and <= 1009) => true,
        _ => code is >= FinalFirst and <= FinalLast,
    };

    /// <inheritdoc cref="IsFinal(ushort)"/>
    public static bool IsFinal(CloseCode code) => IsFinal((ushort)code);

    /// <summary>
    /// Whether a close by the server ends the session: 1000 and 4500-4999, but for 4503, which ends only the older link
    /// (PROTOCOL.md, section 7).
    /// </summary>
    public static bool EndsSession(ushort code) =>
        code is 1000 or (>= FinalFirst and <= FinalLast and not (ushort)CloseCode.Replaced);

    /// <inheritdoc cref="EndsSession(ushort)"/>
    public static bool EndsSession(CloseCode code) => EndsSession((ushort)code);
}
