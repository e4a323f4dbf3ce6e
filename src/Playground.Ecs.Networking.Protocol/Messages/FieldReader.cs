using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;
using MessagePack;

namespace Playground.Ecs.Networking.Protocol;

/// <summary>
/// Reads the fields of one message in order. The first wrong type makes it <see cref="Failed"/>, and every later read returns a default
/// value; MessagePackReader's exceptions on cut payloads and numbers out of range are caught in <see cref="MessageReader"/>.
/// Strings are strict UTF-8; bytes are slices of the payload.
/// </summary>
internal ref struct FieldReader
{
    private const int Scalar = -1;

    private readonly ReadOnlyMemory<byte> _payload;
    private MessagePackReader _reader;

    public FieldReader(ReadOnlyMemory<byte> payload)
    {
        _payload = payload;
        _reader = new MessagePackReader(payload);
    }

    public bool Failed { get; private set; }

    public readonly int Left => _payload.Length - (int)_reader.Consumed;

    public readonly bool IsExhausted => !Failed && _reader.End;

    public int ReadArrayHeader() => Expect(MessagePackType.Array) ? _reader.ReadArrayHeader() : 0;

    public byte ReadByte() => Expect(MessagePackType.Integer) ? _reader.ReadByte() : default;

    public ushort ReadUInt16() => Expect(MessagePackType.Integer) ? _reader.ReadUInt16() : default;

    public uint ReadUInt32() => Expect(MessagePackType.Integer) ? _reader.ReadUInt32() : default;

    public ulong ReadUInt64() => Expect(MessagePackType.Integer) ? _reader.ReadUInt64() : default;

    public bool ReadBoolean() => Expect(MessagePackType.Boolean) && _reader.ReadBoolean();

    public ChannelId ReadChannel() => new(ReadUInt16());

    public ErrorCode ReadError() => (ErrorCode)ReadUInt16();

    // A JavaScript client writes the number 1 as an integer, so integers count as numbers.
    public double ReadNumber() =>
        NextIs(MessagePackType.Integer) || Expect(MessagePackType.Float) ? _reader.ReadDouble() : default;

    public double? ReadOptionalNumber() => TryReadNil() ? null : ReadNumber();

    public string ReadString()
    {
        var utf8 = ReadBlob(MessagePackType.String).Span;
        if (Utf8.IsValid(utf8)) return Encoding.UTF8.GetString(utf8);
        Failed = true;
        return string.Empty;
    }

    public string? ReadOptionalString() => TryReadNil() ? null : ReadString();

    public ReadOnlyMemory<byte> ReadBytes() => ReadBlob(MessagePackType.Binary);

    public ReadOnlyMemory<byte> ReadOptionalBytes() => TryReadNil() ? default : ReadBytes();

    public ReadOnlyMemory<byte> ReadRaw()
    {
        var start = (int)_reader.Consumed;
        SkipValues(1);
        return Failed ? default : _payload[start..(int)_reader.Consumed];
    }

    public void Fail() => Failed = true;

    public bool NextIs(MessagePackType type) => !Failed && !_reader.End && _reader.NextMessagePackType == type;

    // Iterative, one step per byte at most: MessagePackReader.Skip would follow a nesting bomb down the stack.
    public void SkipValues(int count)
    {
        Span<int> left = stackalloc int[ProtocolLimits.MaxNesting + 1];
        var depth = 0;
        left[0] = count;
        while (depth >= 0 && !Failed)
        {
            if (left[depth]-- == 0)
            {
                depth--;
                continue;
            }

            var children = SkipHeadOrScalar();
            if (children == Scalar) continue;
            if (++depth == left.Length) Failed = true;
            else left[depth] = children;
        }
    }

    // MessagePackReader takes a claimed length above 2^31 for a bug of its caller, so lengths are compared with the payload here.
    private static bool TryReadBlobHead(ReadOnlySpan<byte> rest, out int head, out int length)
    {
        var width = rest[0] switch
        {
            MessagePackCode.Str8 or MessagePackCode.Bin8 => sizeof(byte),
            MessagePackCode.Str16 or MessagePackCode.Bin16 => sizeof(ushort),
            MessagePackCode.Str32 or MessagePackCode.Bin32 => sizeof(uint),
            _ => 0,
        };
        head = 1 + width;
        length = 0;
        if (rest.Length < head) return false;
        var claimed = width switch
        {
            0 => (uint)(rest[0] - MessagePackCode.MinFixStr),
            sizeof(byte) => rest[1],
            sizeof(ushort) => BinaryPrimitives.ReadUInt16BigEndian(rest[1..]),
            _ => BinaryPrimitives.ReadUInt32BigEndian(rest[1..]),
        };
        length = (int)claimed;
        return claimed <= (uint)(rest.Length - head);
    }

    private ReadOnlyMemory<byte> ReadBlob(MessagePackType type)
    {
        if (!Expect(type)) return default;
        var start = (int)_reader.Consumed;
        if (TryReadBlobHead(_payload.Span[start..], out var head, out var length))
        {
            _reader.ReadRaw(head + length);
            return _payload.Slice(start + head, length);
        }

        Failed = true;
        return default;
    }

    private int SkipHeadOrScalar()
    {
        switch (_reader.NextMessagePackType)
        {
            case MessagePackType.Array:
                return _reader.ReadArrayHeader();
            case MessagePackType.Map:
                return checked(_reader.ReadMapHeader() * 2);
            case MessagePackType.String or MessagePackType.Binary:
                ReadBlob(_reader.NextMessagePackType);
                return Scalar;
            case MessagePackType.Unknown:
                Failed = true;
                return Scalar;
            default:
                _reader.Skip();
                return Scalar;
        }
    }

    private bool TryReadNil() => !Failed && _reader.TryReadNil();

    private bool Expect(MessagePackType type)
    {
        if (NextIs(type)) return true;
        Failed = true;
        return false;
    }
}
