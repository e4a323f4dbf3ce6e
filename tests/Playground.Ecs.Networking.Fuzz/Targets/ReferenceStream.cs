using System.Buffers.Binary;
using System.Text;
using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.Fuzz.Targets;

/// <summary>A plain reading of RFC 6455 over all that a client sends, to judge the server's by.</summary>
internal sealed class ReferenceStream
{
    /// <summary>The most fragments of a message here; few, so that they are reached.</summary>
    public const int FragmentsMax = 4;

    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    private readonly List<byte[]> _messages = [];
    private readonly List<byte[]> _pings = [];
    private readonly List<byte> _partial = [];
    private int _fragments;

    public ReferenceStream(ReadOnlySpan<byte> sent)
    {
        // The end of the stream, unless something ends the link before.
        EndCode = (ushort)CloseCode.Abnormal;
        IsEndByPeer = true;
        while (ReadFrame(ref sent))
        {
        }
    }

    public IReadOnlyList<byte[]> Messages => _messages;

    public IReadOnlyList<byte[]> Pings => _pings;

    public ushort EndCode { get; private set; }

    public bool IsEndByPeer { get; private set; }

    private bool ReadFrame(ref ReadOnlySpan<byte> sent)
    {
        if (sent.IsEmpty) return false;
        var (isFinal, opcode) = ((sent[0] & 0x80) != 0, sent[0] & 0x0F);
        if ((sent[0] & 0x70) != 0 || opcode is (> 2 and < 8) or > 10 || (opcode >= 8 && !isFinal)) return Violate(CloseCode.ProtocolError);
        if (sent.Length < 2) return false;
        if (sent[1] < 0x80 || (opcode >= 8 && (sent[1] & 0x7F) > 125)) return Violate(CloseCode.ProtocolError);
        if (!ReadLength(sent, out var header, out var length)) return sent.Length >= header - 4 && Violate(CloseCode.ProtocolError);
        if (sent.Length < header) return false;
        if (opcode < 8 && Judge(opcode, length) is { } code) return Violate(code);
        if (sent.Length - header < length) return false;
        var payload = sent.Slice(header, (int)length).ToArray();
        for (var i = 0; i < payload.Length; i++) payload[i] ^= sent[header - 4 + (i % 4)];
        sent = sent[(header + payload.Length)..];
        return Take(opcode, isFinal, payload);
    }

    // False where the length is not in its shortest form or negative; and where it is not whole, which its header's length tells.
    private static bool ReadLength(ReadOnlySpan<byte> sent, out int header, out long length)
    {
        length = sent[1] & 0x7F;
        header = length == 127 ? 14 : length == 126 ? 8 : 6;
        if (header == 6) return true;
        if (sent.Length < header - 4) return false;
        length = header == 8 ? BinaryPrimitives.ReadUInt16BigEndian(sent[2..]) : BinaryPrimitives.ReadInt64BigEndian(sent[2..]);
        return length > (header == 8 ? 125 : ushort.MaxValue);
    }

    private CloseCode? Judge(int opcode, long length)
    {
        if (opcode == 0 != _fragments > 0) return CloseCode.ProtocolError;
        if (opcode == 1) return CloseCode.UnsupportedMessage;
        if (length > ProtocolLimits.MaxMessageBytes - _partial.Count) return CloseCode.MessageTooBig;
        return _fragments >= FragmentsMax ? CloseCode.PolicyViolation : null;
    }

    private bool Take(int opcode, bool isFinal, byte[] payload)
    {
        if (opcode == 8) return Close(payload);
        if (opcode == 9) _pings.Add(payload);
        if (opcode >= 8) return true;
        _partial.AddRange(payload);
        _fragments++;
        if (!isFinal) return true;
        _messages.Add([.. _partial]);
        _partial.Clear();
        _fragments = 0;
        return true;
    }

    private bool Close(byte[] body)
    {
        if (body.Length == 0) return End((ushort)CloseCode.NoStatus, byPeer: true);
        var code = body.Length < 2 ? (ushort)0 : BinaryPrimitives.ReadUInt16BigEndian(body);
        if (code is < 1000 or (> 1003 and < 1007) or (> 1014 and < 3000) or > 4999) return Violate(CloseCode.ProtocolError);
        try
        {
            Strict.GetCharCount(body, 2, body.Length - 2);
        }
        catch (DecoderFallbackException)
        {
            return Violate(CloseCode.InvalidUtf8);
        }

        return End(code, byPeer: true);
    }

    private bool Violate(CloseCode code) => End((ushort)code, byPeer: false);

    private bool End(ushort code, bool byPeer)
    {
        EndCode = code;
        IsEndByPeer = byPeer;
        return false;
    }
}
