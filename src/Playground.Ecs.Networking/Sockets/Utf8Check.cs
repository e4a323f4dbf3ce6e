using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace Playground.Ecs.Networking.Sockets;

/// <summary>
/// Checks a text message that arrives in fragments (RFC 6455, section 8.1): each byte once, and a wrong one is noticed with
/// the fragment that brings it. A mutable struct: one per connection.
/// </summary>
internal struct Utf8Check
{
    private int _checked;

    /// <summary>Checks what was added since the last call.</summary>
    /// <param name="message">The message so far, from its first byte.</param>
    /// <param name="isLast">The message is whole; the next call begins another.</param>
    public bool IsValid(ReadOnlySpan<byte> message, bool isLast)
    {
        var end = isLast ? message.Length : message.Length - OpenBytes(message[_checked..]);
        var valid = Utf8.IsValid(message[_checked..end]);
        _checked = isLast ? 0 : end;
        return valid;
    }

    // A character that the fragment's end cuts; one that no further byte can complete is not counted, and so refused now.
    private static int OpenBytes(ReadOnlySpan<byte> bytes)
    {
        for (var length = 1; length <= Math.Min(3, bytes.Length); length++)
        {
            var lead = bytes[^length];
            if ((lead & 0xC0) != 0x80)
            {
                return Rune.DecodeFromUtf8(bytes[^length..], out _, out _) == OperationStatus.NeedMoreData ? length : 0;
            }
        }

        return 0;
    }
}
