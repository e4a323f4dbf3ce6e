using System.Buffers;

namespace Playground.Ecs.Networking.Protocol.Tests;

[NonParallelizable]
public class AllocationTests
{
    private readonly byte[] _batch = new byte[ProtocolLimits.MaxMessageBytes];
    private readonly byte[] _payload = new byte[64];

    [Test]
    public void Writing_judging_and_reading_a_batch_allocates_nothing() => AssertNoAllocation(() =>
    {
        var length = 0;
        for (var i = 0; i < 200; i++)
            length += PacketWriter.Write(_batch.AsSpan(length), new PacketHeader(1000, (ushort)i, Priority.High), _payload);
        if (BatchValidator.Validate(_batch.AsSpan(0, length), out var count) != BatchStatus.Valid) throw new InvalidOperationException();
        var reader = new PacketReader(_batch.AsSpan(0, length));
        while (reader.TryRead(out _, out _)) count--;
        if (count != 0) throw new InvalidOperationException();
    });

    [Test]
    public void Refusing_a_batch_allocates_nothing() => AssertNoAllocation(() =>
    {
        ReadOnlySpan<byte> cut = [1, 2, 3];
        if (BatchValidator.Validate(cut, out _).Describe().Length == 0) throw new InvalidOperationException();
    });

    [Test]
    public void Splitting_a_payload_and_whole_packets_at_the_assembler_allocate_nothing()
    {
        using var assembler = new TrainAssembler(262144, ArrayPool<byte>.Shared);
        AssertNoAllocation(() =>
        {
            foreach (var fragment in Fragmenter.Split(new PacketHeader(1, 1, Priority.Low), 100_000)) _ = fragment.Offset;
            assembler.Add(new PacketHeader(1, 1, Priority.Low), _payload, out _);
        });
    }

    [Test]
    public void A_train_allocates_nothing_once_its_arrays_are_in_the_pool()
    {
        using var assembler = new TrainAssembler(262144, ArrayPool<byte>.Shared);
        AssertNoAllocation(() =>
        {
            assembler.Add(new PacketHeader(1, 1, Priority.Low, PacketFlags.MoreFragments), _payload, out _);
            assembler.Add(new PacketHeader(1, 1, Priority.Low), _payload, out var complete);
            ArrayPool<byte>.Shared.Return(complete.Array!);
        });
    }

    [Test]
    public void Ping_Pong_and_Ack_allocate_nothing()
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        AssertNoAllocation(() =>
        {
            buffer.ResetWrittenCount();
            new Ping(ulong.MaxValue).WriteTo(buffer);
            if (!Ping.TryRead(buffer.WrittenMemory, out var ping)) throw new InvalidOperationException();
            buffer.ResetWrittenCount();
            new Pong(ping.Stamp).WriteTo(buffer);
            if (!Pong.TryRead(buffer.WrittenMemory, out _)) throw new InvalidOperationException();
            buffer.ResetWrittenCount();
            new Ack(65535).WriteTo(buffer);
            if (!Ack.TryRead(buffer.WrittenMemory, out _)) throw new InvalidOperationException();
        });
    }

    [Test]
    public void Requests_and_responses_allocate_nothing()
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        AssertNoAllocation(() =>
        {
            buffer.ResetWrittenCount();
            new Request(1, 2, _payload).WriteTo(buffer);
            if (!Request.TryRead(buffer.WrittenMemory, out var request)) throw new InvalidOperationException();
            buffer.ResetWrittenCount();
            Response.Done(request.Id, _payload).WriteTo(buffer);
            if (!Response.TryRead(buffer.WrittenMemory, out _)) throw new InvalidOperationException();
        });
    }

    [Test]
    public void Checking_a_name_allocates_nothing() => AssertNoAllocation(() =>
    {
        if (!Names.IsValid("a name of a channel") || Names.IsValid("a\nname")) throw new InvalidOperationException();
    });

    [Test]
    public void An_assembler_without_fragments_holds_no_memory_but_itself()
    {
        GC.KeepAlive(new TrainAssembler(262144, ArrayPool<byte>.Shared));
        var before = GC.GetAllocatedBytesForCurrentThread();
        var assembler = new TrainAssembler(262144, ArrayPool<byte>.Shared);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        GC.KeepAlive(assembler);

        Assert.That(allocated, Is.LessThanOrEqualTo(64));
    }

    private static void AssertNoAllocation(Action action)
    {
        for (var i = 0; i < 50; i++) action();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 50; i++) action();
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }
}
