using Playground.Ecs.Networking.Links;

namespace Playground.Ecs.Networking.Tests.Links;

/// <summary>What the pool keeps, and what gives way when it is full.</summary>
public sealed class BufferPoolTests
{
    private const int Kilobyte = 1024;

    [Test]
    public void A_buffer_that_was_given_back_is_rented_again()
    {
        var pool = new BufferPool(64 * Kilobyte);
        var buffer = pool.Rent(3000);
        Assert.That((buffer.Bytes.Length, pool.RentedCount, pool.RentedBytes), Is.EqualTo((4096, 1, 4096)));
        buffer.Release();
        Assert.That((pool.RentedCount, pool.RentedBytes), Is.EqualTo((0, 0)));
        Assert.That(pool.Rent(4096), Is.SameAs(buffer));
    }

    [Test]
    public void What_a_late_frame_needed_gives_way_to_what_every_frame_needs()
    {
        var pool = new BufferPool(64 * Kilobyte);
        GiveBack(RentAll(pool, 4, 16 * Kilobyte));
        var frame = RentAll(pool, 8, 4 * Kilobyte);
        GiveBack(frame);
        Assert.That(RentAll(pool, 8, 4 * Kilobyte), Is.EquivalentTo(frame), "the next frame allocates nothing");
    }

    [Test]
    public void Only_as_much_gives_way_as_is_needed()
    {
        var pool = new BufferPool(64 * Kilobyte);
        var large = RentAll(pool, 4, 16 * Kilobyte);
        GiveBack(large);
        GiveBack(RentAll(pool, 1, 4 * Kilobyte));
        Assert.That(RentAll(pool, 4, 16 * Kilobyte).Count(large.Contains), Is.EqualTo(3));
    }

    [Test]
    public void The_size_rented_longest_ago_gives_way_first()
    {
        var pool = new BufferPool(64 * Kilobyte);
        var (older, newer) = (RentAll(pool, 1, 32 * Kilobyte), RentAll(pool, 2, 16 * Kilobyte));
        GiveBack(newer);
        GiveBack(older);
        GiveBack(RentAll(pool, 1, Kilobyte));
        Assert.That(RentAll(pool, 2, 16 * Kilobyte), Is.EquivalentTo(newer));
        Assert.That(RentAll(pool, 1, 32 * Kilobyte), Is.Not.EquivalentTo(older));
    }

    [Test]
    public void A_buffer_above_the_limit_is_not_kept_and_takes_no_ones_place()
    {
        var pool = new BufferPool(8 * Kilobyte);
        var (small, huge) = (RentAll(pool, 1, 4 * Kilobyte), RentAll(pool, 1, 16 * Kilobyte));
        GiveBack(small);
        GiveBack(huge);
        Assert.That(RentAll(pool, 1, 4 * Kilobyte), Is.EquivalentTo(small));
        Assert.That(RentAll(pool, 1, 16 * Kilobyte), Is.Not.EquivalentTo(huge));
    }

    [Test]
    public void Buffers_and_arrays_share_the_limit()
    {
        var pool = new BufferPool(16 * Kilobyte);
        var array = pool.Arrays.Rent(16 * Kilobyte);
        pool.Arrays.Return(array);
        var buffer = RentAll(pool, 1, 4 * Kilobyte);
        GiveBack(buffer);
        Assert.That(pool.Arrays.Rent(16 * Kilobyte), Is.Not.SameAs(array), "it gave way");
        Assert.That(RentAll(pool, 1, 4 * Kilobyte), Is.EquivalentTo(buffer));
    }

    private static SharedBuffer[] RentAll(BufferPool pool, int count, int bytes) => [.. Enumerable.Range(0, count).Select(_ => pool.Rent(bytes))];

    private static void GiveBack(IEnumerable<SharedBuffer> buffers)
    {
        foreach (var buffer in buffers) buffer.Release();
    }
}
