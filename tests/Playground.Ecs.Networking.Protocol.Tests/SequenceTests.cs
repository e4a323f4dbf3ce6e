using System.Reflection;
using CsCheck;

namespace Playground.Ecs.Networking.Protocol.Tests;

public class SequenceTests
{
    [Test]
    public void The_first_packet_is_one_and_zero_follows_65535()
    {
        Assert.That(Sequence.BeforeFirst.Next, Is.EqualTo(new Sequence(1)));
        Assert.That(new Sequence(65535).Next, Is.EqualTo(new Sequence(0)));
        Assert.That(new Sequence(0).Next, Is.EqualTo(new Sequence(1)));
    }

    [TestCase(1, 0, true)]
    [TestCase(0, 65535, true)]
    [TestCase(100, 65500, true)]
    [TestCase(32767, 0, true)]
    [TestCase(0, 32769, true)]
    [TestCase(5, 5, false)]
    [TestCase(65535, 0, false)]
    [TestCase(65500, 100, false)]
    [TestCase(32769, 0, false)]
    public void One_is_after_another_up_to_half_the_space_and_across_the_wrap(int later, int earlier, bool isAfter) =>
        Assert.That(new Sequence((ushort)later).IsAfter(new Sequence((ushort)earlier)), Is.EqualTo(isAfter));

    [TestCase(0, 32768)]
    [TestCase(40000, 7232)]
    public void Of_two_that_are_half_the_space_apart_neither_is_after_the_other(int one, int other)
    {
        var (a, b) = (new Sequence((ushort)one), new Sequence((ushort)other));
        Assert.That((a.IsAfter(b), b.IsAfter(a)), Is.EqualTo((false, false)));
        Assert.That((a.DistanceFrom(b), b.DistanceFrom(a)), Is.EqualTo((-32768, -32768)));
    }

    // RFC 1982, section 3.1: adding n gives a larger number for any n up to 2^(SERIAL_BITS - 1) - 1.
    [Test]
    public void Adding_up_to_32767_makes_it_later_wherever_it_starts() =>
        Gen.Select(Gen.UShort, Gen.Int[1, 32767]).Sample((start, steps) =>
        {
            var (from, to) = (new Sequence(start), new Sequence(unchecked((ushort)(start + steps))));
            return to.IsAfter(from) && !from.IsAfter(to) && to.DistanceFrom(from) == steps && from.DistanceFrom(to) == -steps;
        });

    [Test]
    public void Next_is_one_step_away_all_around()
    {
        var sequence = Sequence.BeforeFirst;
        for (var i = 0; i < 65536; i++)
        {
            if (sequence.Next.DistanceFrom(sequence) != 1 || !sequence.Next.IsAfter(sequence)) Assert.Fail($"after {sequence}");
            sequence = sequence.Next;
        }

        Assert.That(sequence, Is.EqualTo(Sequence.BeforeFirst));
    }

    [Test]
    public void There_is_no_order_to_misuse()
    {
        var operators = typeof(Sequence).GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.NonPublic)
            .Where(method => method.Name.StartsWith("op_", StringComparison.Ordinal)).Select(method => method.Name);
        Assert.That(operators, Is.EquivalentTo(new[] { "op_Equality", "op_Inequality" }), "no order, and no conversion to a number that has one");
        Assert.That(typeof(IComparable).IsAssignableFrom(typeof(Sequence)), Is.False);
        Assert.That(typeof(IComparable<Sequence>).IsAssignableFrom(typeof(Sequence)), Is.False);
    }
}
