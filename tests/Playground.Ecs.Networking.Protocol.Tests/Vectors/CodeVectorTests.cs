using System.Text;
using System.Text.Json;

namespace Playground.Ecs.Networking.Protocol.Tests.Vectors;

public class CodeVectorTests
{
    private static IEnumerable<TestCaseData> Codes => VectorFile.Cases("closeCodes");

    private static IEnumerable<TestCaseData> AllNames => VectorFile.Cases("names");

    [TestCaseSource(nameof(Codes))]
    public void A_close_code_means_what_the_vector_says(JsonElement vector)
    {
        var code = (ushort)VectorFile.Int(vector, "code");

        Assert.That(CloseCodes.IsFinal(code), Is.EqualTo(vector.GetProperty("final").GetBoolean()));
        Assert.That(CloseCodes.EndsSession(code), Is.EqualTo(vector.GetProperty("endsSession").GetBoolean()));
        Assert.That(CloseCodes.IsFinal((CloseCode)code), Is.EqualTo(CloseCodes.IsFinal(code)));
        Assert.That(CloseCodes.EndsSession((CloseCode)code), Is.EqualTo(CloseCodes.EndsSession(code)));
    }

    [Test]
    public void Every_close_code_that_has_a_name_has_a_vector()
    {
        var known = Codes.Select(x => (CloseCode)VectorFile.Int((JsonElement)x.Arguments[0]!, "code"));

        Assert.That(Enum.GetValues<CloseCode>().Except([CloseCode.None]), Is.SubsetOf(known));
    }

    [TestCaseSource(nameof(AllNames))]
    public void A_name_is_valid_or_not_as_the_vector_says(JsonElement vector)
    {
        var utf8 = VectorFile.Hex(vector, "utf8");
        var expected = vector.GetProperty("valid").GetBoolean();

        Assert.That(Names.IsValid(utf8), Is.EqualTo(expected));
        if (System.Text.Unicode.Utf8.IsValid(utf8)) Assert.That(Names.IsValid(Encoding.UTF8.GetString(utf8)), Is.EqualTo(expected));
    }

    [Test]
    public void Null_and_lone_surrogates_are_no_names()
    {
        Assert.That(Names.IsValid((string?)null), Is.False);
        Assert.That(Names.IsValid("a\ud800"), Is.False);
        Assert.That(Names.IsValid("\udc00a"), Is.False);
    }
}
