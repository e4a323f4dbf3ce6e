using System.Text;
using Playground.Demo.Arena;

namespace Playground.Demo.Tests.Arena;

[TestFixture]
public sealed class PlayerNameTests
{
    [TestCase("Ada", "Ada")]
    [TestCase("  Ada Lovelace\t", "Ada Lovelace")]
    [TestCase("Żółć 😀", "Żółć 😀")]
    [TestCase("123456789012345678901234", "123456789012345678901234")]
    [TestCase("😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀", "😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀")]
    public void Names_are_trimmed(string said, string read)
    {
        Assert.That(PlayerName.TryRead(Encoding.UTF8.GetBytes(said), out var name), Is.True);
        Assert.That(name, Is.EqualTo(read));
    }

    [TestCase("")]
    [TestCase(" \t ")]
    [TestCase("1234567890123456789012345")]
    [TestCase("a\u0000b")]
    [TestCase("a\nb")]
    [TestCase("a\u202Eb")]
    [TestCase("a\u200Bb")]
    [TestCase("a\u2028b")]
    public void Others_are_none(string said) => Assert.That(PlayerName.TryRead(Encoding.UTF8.GetBytes(said), out _), Is.False);

    [Test]
    public void Bytes_that_are_no_text_or_too_many_are_none()
    {
        Assert.That(PlayerName.TryRead([0x41, 0xFF], out _), Is.False);
        Assert.That(PlayerName.TryRead([0xED, 0xA0, 0x80], out _), Is.False);
        Assert.That(PlayerName.TryRead(Encoding.UTF8.GetBytes(new string(' ', 128) + "a"), out _), Is.False);
    }
}
