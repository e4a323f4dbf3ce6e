using System.Globalization;

namespace Playground.Ecs.Networking.Protocol;

/// <summary>A channel's address: an unsigned 16-bit number, grouped into <see cref="ChannelRanges"/> (PROTOCOL.md, section 5).</summary>
public readonly struct ChannelId : IEquatable<ChannelId>, IComparable<ChannelId>, IComparable
{
    /// <summary>Wraps a channel number.</summary>
    /// <param name="value">The number as it appears on the wire.</param>
    public ChannelId(ushort value) => Value = value;

    /// <summary>The number as it appears on the wire.</summary>
    public ushort Value { get; }

    /// <summary>Channel 0, which carries control packets and broadcasts.</summary>
    public static ChannelId Control => default;

    /// <summary>Lets a number stand for the channel, so that <c>SendPacketAsync(0, 13, ...)</c> reads as meant.</summary>
    public static implicit operator ChannelId(ushort value) => new(value);

    /// <summary>The channel's number.</summary>
    public static explicit operator ushort(ChannelId channel) => channel.Value;

    /// <summary>The channel's number.</summary>
    public static explicit operator int(ChannelId channel) => channel.Value;

    /// <summary>Whether both are the same channel.</summary>
    public static bool operator ==(ChannelId left, ChannelId right) => left.Value == right.Value;

    /// <summary>Whether these are two channels.</summary>
    public static bool operator !=(ChannelId left, ChannelId right) => left.Value != right.Value;

    /// <summary>Compares the numbers, to test for a range.</summary>
    public static bool operator <(ChannelId left, ChannelId right) => left.Value < right.Value;

    /// <summary>Compares the numbers, to test for a range.</summary>
    public static bool operator >(ChannelId left, ChannelId right) => left.Value > right.Value;

    /// <summary>Compares the numbers, to test for a range.</summary>
    public static bool operator <=(ChannelId left, ChannelId right) => left.Value <= right.Value;

    /// <summary>Compares the numbers, to test for a range.</summary>
    public static bool operator >=(ChannelId left, ChannelId right) => left.Value >= right.Value;

    /// <summary>The named form of the conversion from a number.</summary>
    public static ChannelId FromUInt16(ushort value) => new(value);

    /// <summary>The named form of the conversion to <see cref="ushort"/>.</summary>
    public ushort ToUInt16() => Value;

    /// <summary>The named form of the conversion to <see cref="int"/>.</summary>
    public int ToInt32() => Value;

    /// <inheritdoc/>
    public bool Equals(ChannelId other) => Value == other.Value;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is ChannelId other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => Value;

    /// <summary>Orders by number.</summary>
    public int CompareTo(ChannelId other) => Value.CompareTo(other.Value);

    /// <summary>Orders by number; null comes first.</summary>
    /// <exception cref="ArgumentException"><paramref name="obj"/> is no <see cref="ChannelId"/>.</exception>
    public int CompareTo(object? obj) => obj switch
    {
        null => 1,
        ChannelId other => CompareTo(other),
        _ => throw new ArgumentException("A ChannelId is compared with a ChannelId only.", nameof(obj)),
    };

    /// <summary>The number in decimal digits.</summary>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}
