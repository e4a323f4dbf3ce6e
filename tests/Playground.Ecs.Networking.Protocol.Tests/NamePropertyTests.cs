using System.Text;
using CsCheck;

namespace Playground.Ecs.Networking.Protocol.Tests;

public class NamePropertyTests
{
    private const int Iterations = 20_000;

    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    // Of names and of what must not be in one: control characters and their neighbours, and halves of characters.
    private static readonly Gen<char> Nasty =
        Gen.OneOf(Gen.Char['a', 'z'], Gen.Char['\0', '~'], Gen.Char['\x7E', '\xA1'], Gen.Char['\u07FE', '\u0802'], Gen.Char['\uD7FE', '\uE001'], Gen.Char);

    [Test]
    public void A_string_is_a_name_by_a_plain_reading_of_the_rule() =>
        Gen.OneOf(Gen.String[Nasty, 0, 6], Gen.String[Nasty, 80, 260], Gen.String[Gen.Char['a', 'z'], 250, 260])
            .Sample(name => Names.IsValid(name) == ByTheRule(name), iter: Iterations);

    [Test]
    public void Bytes_are_a_name_where_their_text_is_one() =>
        Gen.OneOf(Gen.Byte.Array[0, 6], Gen.OneOf(Gen.Byte[0x7E, 0xA1], Gen.OneOf<byte>(0xC2, 0xC3, 0xE0, 0xED, 0xF4)).Array[0, 8], Gen.Byte[0x20, 0x7E].Array[250, 260])
            .Sample(utf8 => Names.IsValid(utf8) == (TextOf(utf8) is { } text && ByTheRule(text)), iter: Iterations);

    private static bool ByTheRule(string name)
    {
        try
        {
            return Strict.GetByteCount(name) is >= 1 and <= 255 && !name.Any(char.IsControl);
        }
        catch (EncoderFallbackException)
        {
            return false;
        }
    }

    private static string? TextOf(byte[] utf8)
    {
        try
        {
            return Strict.GetString(utf8);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}
