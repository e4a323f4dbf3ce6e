using System.Text.Json;
using Playground.Ecs.Networking.Protocol.Tests.Messages;

namespace Playground.Ecs.Networking.Protocol.Tests.Vectors;

public class MessageVectorTests
{
    private static IEnumerable<TestCaseData> AllMessages => VectorFile.Cases("messages");

    private static IEnumerable<TestCaseData> Malformed => VectorFile.Cases("malformedMessages");

    [TestCaseSource(nameof(AllMessages))]
    public void A_message_is_read_as_the_vector_says(JsonElement vector)
    {
        var codec = MessageCodec.Named(VectorFile.Text(vector, "message"));
        var expected = MessageFields.Make(codec.Type, vector.GetProperty("fields"));
        var read = codec.Read(VectorFile.Bytes(vector));

        Assert.That(read, Is.Not.Null);
        Assert.That(MessageFields.Show(read!), Is.EqualTo(MessageFields.Show(expected)));
        Assert.That((int)codec.WireType, Is.EqualTo(VectorFile.Int(vector, "type")));
    }

    [TestCaseSource(nameof(AllMessages))]
    public void A_message_is_written_as_the_vector_says(JsonElement vector)
    {
        if (!vector.GetProperty("canonical").GetBoolean()) return;
        var codec = MessageCodec.Named(VectorFile.Text(vector, "message"));
        var written = codec.Write(MessageFields.Make(codec.Type, vector.GetProperty("fields")));

        Assert.That(Convert.ToHexStringLower(written), Is.EqualTo(VectorFile.Text(vector, "hex")));
    }

    [TestCaseSource(nameof(AllMessages))]
    public void A_message_cut_anywhere_is_refused(JsonElement vector)
    {
        var codec = MessageCodec.Named(VectorFile.Text(vector, "message"));
        var bytes = VectorFile.Bytes(vector);
        for (var length = 0; length < bytes.Length; length++)
            Assert.That(codec.Read(bytes.AsMemory(0, length)), Is.Null, $"cut at {length}");
    }

    [TestCaseSource(nameof(AllMessages))]
    public void A_message_with_a_byte_behind_it_is_refused(JsonElement vector)
    {
        byte[] bytes = [.. VectorFile.Bytes(vector), 0xC0];

        Assert.That(MessageCodec.Named(VectorFile.Text(vector, "message")).Read(bytes), Is.Null);
    }

    [TestCaseSource(nameof(Malformed))]
    public void A_malformed_message_is_refused(JsonElement vector)
    {
        Assert.That(MessageCodec.Named(VectorFile.Text(vector, "message")).Read(VectorFile.Bytes(vector)), Is.Null);
    }

    [Test]
    public void Every_message_has_a_vector_and_a_malformed_one()
    {
        var all = MessageCodec.All.Select(x => x.Type.Name).ToList();

        Assert.That(AllMessages.Select(NameOf).Distinct(), Is.EquivalentTo(all));
        Assert.That(Malformed.Select(NameOf).Distinct(), Is.EquivalentTo(all));
    }

    private static string NameOf(TestCaseData data) => VectorFile.Text((JsonElement)data.Arguments[0]!, "message");
}
