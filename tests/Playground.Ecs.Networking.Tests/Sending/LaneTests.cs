using Playground.Ecs.Networking.Links;
using Playground.Ecs.Networking.Sending;

namespace Playground.Ecs.Networking.Tests.Sending;

/// <summary>A lane's blocks have room for what is appended, whatever its size.</summary>
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
}
