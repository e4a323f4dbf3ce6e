namespace Playground.Ecs.Networking.Protocol;

/// <summary>
/// The number of a reliable packet in its direction of a session: 16 bits that wrap around, compared by serial-number arithmetic
/// (RFC 1982). There is no smaller and larger, only before and after within half the space; so there is no <c>&lt;</c>.
/// </summary>
/// <param name="Value">The number as it is on the wire.</param>
public readonly record struct Sequence(ushort Value)
{
    /// <summary>What has been received and sent before the first packet.</summary>
    public static Sequence BeforeFirst => default;

    /// <summary>The number after this one; 0 follows 65535.</summary>
    public Sequence Next => new(unchecked((ushort)(Value + 1)));

    /// <summary>How many steps lead from <paramref name="other"/> to this one; negative when it comes before, -32768 to 32767.</summary>
    public int DistanceFrom(Sequence other) => unchecked((short)(Value - other.Value));

    /// <summary>Whether this one comes after <paramref name="other"/>; of two that are half the space apart neither does.</summary>
    public bool IsAfter(Sequence other) => DistanceFrom(other) > 0;

    /// <inheritdoc/>
    public override string ToString() => Value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
