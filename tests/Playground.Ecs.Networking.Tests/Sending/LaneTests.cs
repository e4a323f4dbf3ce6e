using Playground.Ecs.Networking.Links;
using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Sending;

namespace Playground.Ecs.Networking.Tests.Sending;

/// <summary>A lane's blocks have room for what is appended, whatever its size, and hold what was appended, whatever is dropped.</summary>
[TestFixture]
public sealed class LaneTests
{
    [Test]
    public void Packets_behind_shared_bytes_fit_though_they_are_as_large_as_a_block([Values(256, 1024, 16 * 1024, 64 * 1024)] int bytes)
    {
        var pool = new BufferPool(1024 * 1024);
        var shared = pool.Rent(1024);
        var lane = default(Lane);
        lane.AppendShared(pool, shared, 0, 1024, packets: 1);

        lane.Append(pool, bytes, packets: 1).Fill(7);

        Assert.That((lane.Bytes, lane.Packets), Is.EqualTo((1024 + bytes, 2)));
    }

    [Test]
    public void What_is_appended_after_a_drop_follows_what_stayed()
    {
        var pool = new BufferPool(1024 * 1024);
        var lane = default(Lane);
        Append(ref lane, pool, 1, PacketFlags.MoreFragments);
        Append(ref lane, pool, 2);
        Append(ref lane, pool, 3);
        Assert.That(Take(ref lane, lane.Next), Is.EqualTo(new[] { 1 }), "the rest of its train must follow");
        Assert.That(lane.DropOldest(), Is.EqualTo(1));
        Append(ref lane, pool, 4);
        Append(ref lane, pool, 5);

        Assert.That(Take(ref lane, lane.Whole), Is.EqualTo(new[] { 2, 4, 5 }));
        Assert.That((lane.IsEmpty, pool.RentedCount), Is.EqualTo((true, 0)));
    }

    private static void Append(ref Lane lane, BufferPool pool, ushort type, PacketFlags flags = PacketFlags.None) =>
        PacketWriter.Write(lane.Append(pool, PacketWriter.SizeOf(3), 1), new PacketHeader(1000, type, Priority.Normal, flags), [1, 2, 3]);

    private static int[] Take(ref Lane lane, Lane.Portion portion)
    {
        var packets = new byte[portion.Bytes];
        lane.Take(packets, portion);
        var types = new List<int>();
        var reader = new PacketReader(packets);
        while (reader.TryRead(out var header, out _)) types.Add(header.Type);
        return [.. types];
    }
}
