namespace Playground.Ecs.Networking.Protocol.Tests;

public class ChannelIdTests
{
    [Test]
    public void A_literal_stands_for_a_channel()
    {
        static ChannelId Taken(ChannelId channel) => channel;

        Assert.That(Taken(0), Is.EqualTo(ChannelId.Control));
        Assert.That(Taken(1000).Value, Is.EqualTo(1000));
        Assert.That((ushort)Taken(65535), Is.EqualTo(65535));
        Assert.That((int)Taken(65535), Is.EqualTo(65535));
    }

    [Test]
    public void Channels_compare_with_each_other_and_with_literals()
    {
        ChannelId channel = 1000;

        Assert.That(channel >= 1000 && channel <= 1000 && channel > 999 && channel < 1001, Is.True);
        Assert.That(channel == 1000 && channel != 1001, Is.True);
        Assert.That(channel.Equals((object)new ChannelId(1000)), Is.True);
        Assert.That(channel.CompareTo(2000), Is.Negative);
        Assert.That(((IComparable)channel).CompareTo(null), Is.Positive);
        Assert.That(() => ((IComparable)channel).CompareTo("1000"), Throws.ArgumentException);
        Assert.That(channel.ToString(), Is.EqualTo("1000"));
    }

    [TestCase((ushort)0, false, false, false)]
    [TestCase((ushort)1, true, false, false)]
    [TestCase((ushort)999, true, false, false)]
    [TestCase((ushort)1000, false, true, false)]
    [TestCase((ushort)1999, false, true, false)]
    [TestCase((ushort)2000, false, false, true)]
    [TestCase((ushort)2999, false, false, true)]
    [TestCase((ushort)3000, false, false, false)]
    [TestCase((ushort)65535, false, false, false)]
    public void A_channel_is_in_one_range_at_most(ushort channel, bool system, bool plugin, bool llm)
    {
        Assert.That(ChannelRanges.IsSystem(channel), Is.EqualTo(system));
        Assert.That(ChannelRanges.IsPlugin(channel), Is.EqualTo(plugin));
        Assert.That(ChannelRanges.IsLlm(channel), Is.EqualTo(llm));
    }

    [Test]
    public void Every_control_type_is_known_and_none_is_both_client_only_and_server_only()
    {
        Assert.That(Enum.GetValues<ControlType>(), Has.All.Matches<ControlType>(x => PacketTypes.IsControl((ushort)x)));
        Assert.That(Enumerable.Range(0, 65536).Count(x => PacketTypes.IsControl((ushort)x)), Is.EqualTo(17));
        Assert.That(Enum.GetValues<ControlType>().Where(x => PacketTypes.IsClientOnly(x) && PacketTypes.IsServerOnly(x)), Is.Empty);
        Assert.That(PacketTypes.IsReserved(0xFEFF), Is.False);
        Assert.That(PacketTypes.IsReserved(0xFF00), Is.True);
    }
}
