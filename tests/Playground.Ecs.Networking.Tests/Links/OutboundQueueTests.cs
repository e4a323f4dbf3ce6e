using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Playground.Ecs.Networking.Links;

namespace Playground.Ecs.Networking.Tests.Links;

/// <summary>A link's outbound bytes between the loop and the sender, through all sizes of the queue.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class OutboundQueueTests
{
    private readonly BufferPool _pool = new(0);

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    [TestCase(9)]
    [TestCase(OutboundQueue.Capacity)]
    public void Segments_leave_in_order_however_many_wait(int segments)
    {
        var queue = new OutboundQueue();
        for (var round = 0; round < 3; round++)
        {
            for (var i = 0; i < segments; i++) Assert.That(Append(queue, i), $"segment {i}");
            Assert.That((queue.UnwrittenSegments, queue.PendingBytes), Is.EqualTo((segments, segments * sizeof(int))));
            for (var i = 0; i < segments; i++) Assert.That(TakeOne(queue), Is.EqualTo(i));
            Assert.That(queue.IsDrained);
            queue.Reclaim();
            Assert.That((queue.HoldsBuffers, _pool.RentedCount), Is.EqualTo((false, 0)));
        }
    }

    [Test]
    public void It_grows_while_a_segment_is_half_written()
    {
        var queue = new OutboundQueue();
        Append(queue, 0x04030201);
        Append(queue, 7);
        queue.Advance(2);
        for (var i = 0; i < 12; i++) Append(queue, 100 + i);
        var bytes = new byte[14 * sizeof(int)];
        Assert.That(queue.CopyTo(bytes), Is.EqualTo(bytes.Length - 2));
        Assert.That(bytes[..2], Is.EqualTo(new byte[] { 3, 4 }));
        queue.Advance(2);
        Assert.That(TakeOne(queue), Is.EqualTo(7));
        for (var i = 0; i < 12; i++) Assert.That(TakeOne(queue), Is.EqualTo(100 + i));
    }

    [Test]
    public void A_full_queue_leaves_the_buffer_to_the_caller()
    {
        var queue = new OutboundQueue();
        for (var i = 0; i < OutboundQueue.Capacity; i++) Append(queue, i);
        Assert.That(queue.HasRoom, Is.False);
        var buffer = _pool.Rent(1);
        Assert.That(queue.TryAppend(buffer, 0, 1), Is.False);
        buffer.Release();
        TakeOne(queue);
        Assert.That(queue.HasRoom, "one was written");
    }

    [Test]
    public void Nothing_holds_what_was_written_once_it_has_grown()
    {
        var queue = new OutboundQueue();
        var first = AppendAndForget(queue);
        for (var i = 0; i < 5; i++) Append(queue, i);
        for (var i = 0; i < 6; i++) TakeOne(queue);
        queue.Reclaim();
        GC.Collect();
        Assert.That(first.TryGetTarget(out _), Is.False);
        GC.KeepAlive(queue);
    }

    [Test]
    public void The_sender_reads_every_byte_once_while_the_loop_appends()
    {
        const int Segments = 50_000;
        var queue = new OutboundQueue();
        using var stop = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        var sender = Task.Run(() => TakeAll(queue, Segments, stop.Token));
        var random = new Random(7);
        for (var next = 0; next < Segments;)
        {
            stop.Token.ThrowIfCancellationRequested();
            for (var burst = random.Next(1, 12); burst > 0 && next < Segments && queue.HasRoom; burst--) Append(queue, next++);
            if (random.Next(3) == 0) queue.Reclaim();
        }

        Assert.That(sender.GetAwaiter().GetResult(), Is.EqualTo(-1), "the first number out of its order");
        queue.Reclaim();
        Assert.That(_pool.RentedCount, Is.Zero);
    }

    private static int TakeAll(OutboundQueue queue, int segments, CancellationToken stop)
    {
        var random = new Random(8);
        var (bytes, written) = (new byte[64], 0L);
        while (written < (long)segments * sizeof(int))
        {
            stop.ThrowIfCancellationRequested();
            var count = queue.CopyTo(bytes.AsSpan(0, random.Next(1, bytes.Length)));
            for (var i = 0; i < count; i++, written++)
            {
                if (bytes[i] != (byte)((int)(written / sizeof(int)) >> (int)(written % sizeof(int) * 8))) return (int)(written / sizeof(int));
            }

            queue.Advance(count);
        }

        return -1;
    }

    private bool Append(OutboundQueue queue, int number)
    {
        var buffer = _pool.Rent(sizeof(int));
        BinaryPrimitives.WriteInt32LittleEndian(buffer.Bytes, number);
        return queue.TryAppend(buffer, 0, sizeof(int));
    }

    private static int TakeOne(OutboundQueue queue)
    {
        Assert.That(queue.TryPeek(out var bytes));
        queue.Advance(sizeof(int));
        return BinaryPrimitives.ReadInt32LittleEndian(bytes);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private WeakReference<SharedBuffer> AppendAndForget(OutboundQueue queue)
    {
        var buffer = _pool.Rent(sizeof(int));
        queue.TryAppend(buffer, 0, sizeof(int));
        return new WeakReference<SharedBuffer>(buffer);
    }
}
