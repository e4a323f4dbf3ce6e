using System.Diagnostics;
using Playground.Ecs.Networking.Kestrel;
using Playground.Ecs.Networking.Links;
using Playground.Ecs.Networking.Sockets;
using Playground.Ecs.Networking.Testing.Links;

namespace Playground.Ecs.Networking.Tests.Sockets;

/// <summary>
/// The frame's budget: nothing is allocated while links receive and send. Over Kestrel that is its streams' to say: a read that
/// waits for input costs one or two objects.
/// </summary>
/// <param name="bytesMax">Bytes that the transport's server allocates for each link and frame.</param>
[TestFixture(typeof(SocketTransport), 0)]
[TestFixture(typeof(KestrelTransport), 768)]
[NonParallelizable]
public sealed class AllocationTests<T>(int bytesMax)
    where T : ITransport, new()
{
    private const int LinkCount = 50;

    private readonly FrameArena _arena = new();
    private readonly List<Link> _links = [];
    private readonly byte[] _incoming = new byte[16 * 1024];

    [TestCase(256, 764)]
    [TestCase(0, 764)]
    [TestCase(256, 7_600)]
    public async Task A_steady_frame_allocates_nothing(int inlineSendLinksMax, int messageBytes)
    {
        var options = new NetworkingOptions { InlineSendLinksMax = inlineSendLinksMax };
        await using var loop = await TransportLoop.StartAsync(new T(), options);
        var clients = Enumerable.Range(0, LinkCount).Select(_ => RawWebSocket.Connect(loop.EndPoint)).ToList();
        _links.Clear();
        loop.Until(() => loop.Links.Count == LinkCount);
        _links.AddRange(loop.Links.Select(record => record.Link));
        var message = RawFrame.ToClientBytes(0x82, new byte[messageBytes]);

        Measure(loop, clients, message, 100);
        var everywhere = GC.GetTotalAllocatedBytes(precise: true);
        var measured = Measure(loop, clients, message, 400);
        everywhere = GC.GetTotalAllocatedBytes(precise: true) - everywhere;
        TestContext.Out.WriteLine(
            $"per link and frame: receive {measured.ReceiveMicroseconds / 400 / LinkCount:0.00} us, send {measured.SendMicroseconds / 400 / LinkCount:0.00} us");
        TestContext.Out.WriteLine($"bytes per link and frame: {measured.Allocated / 400 / LinkCount}, all threads {everywhere / 400 / LinkCount}");
        Assert.That(measured.Allocated, Is.LessThanOrEqualTo(400L * LinkCount * bytesMax), "on the loop's thread");
        Assert.That(everywhere, Is.LessThan((400L * LinkCount * bytesMax) + (400 * 512)), "on all threads, the test runner's and Kestrel's heartbeat among them: far below one object per send");
        clients.ForEach(client => client.Dispose());
    }

    private (long Allocated, double ReceiveMicroseconds, double SendMicroseconds) Measure(
        TransportLoop loop, List<RawWebSocket> clients, byte[] message, int frames)
    {
        var allocated = 0L;
        var receiving = 0L;
        var sending = 0L;
        for (var frame = 0; frame < frames; frame++)
        {
            foreach (var client in clients)
            {
                client.Socket.Send(message);
            }

            var before = GC.GetAllocatedBytesForCurrentThread();
            var begun = Stopwatch.GetTimestamp();
            Receive(loop.Transport);
            var received = Stopwatch.GetTimestamp();
            Send(loop, message.Length);
            sending += Stopwatch.GetTimestamp() - received;
            receiving += received - begun;
            allocated += GC.GetAllocatedBytesForCurrentThread() - before;
            Drain(loop.Transport, clients);
        }

        return (allocated, receiving * 1e6 / Stopwatch.Frequency, sending * 1e6 / Stopwatch.Frequency);
    }

    private void Receive(ITransport transport)
    {
        transport.BeginFrame();
        transport.TryAccept(out _);
        foreach (var link in _links)
        {
            while (link.TryReceive(_arena, out _))
            {
            }

            link.EndReceive();
        }

        _arena.Reset();
    }

    private void Send(TransportLoop loop, int length)
    {
        var shared = loop.Buffers.Rent(length);
        FrameHeader.WriteServer(shared.Bytes, Opcode.Binary, length - FrameHeader.ServerLength(length));
        shared.AddReferences(_links.Count - 1);
        foreach (var link in _links)
        {
            link.Outbound.Reclaim();
            link.Outbound.TryAppend(shared, 0, length);
        }

        loop.Transport.Flush(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_links));
    }

    private void Drain(ITransport transport, List<RawWebSocket> clients)
    {
        foreach (var link in _links)
        {
            while (!link.Outbound.IsDrained)
            {
                transport.BeginFrame();
                transport.Flush([]);
                Thread.Yield();
            }
        }

        foreach (var client in clients)
        {
            while (client.Socket.Available > 0)
            {
                client.Socket.Receive(_incoming);
            }
        }
    }
}
