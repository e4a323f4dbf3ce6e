using Microsoft.Extensions.Logging.Abstractions;
using Playground.Ecs.Networking.Links;
using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Sockets;

namespace Playground.Ecs.Networking.Fuzz.Targets;

/// <summary>
/// The WebSocket frame reader as a link has it: FrameReader, ReceiveWindow, PartialMessage, PongBuffer, CloseFrame. The first byte says
/// how many bytes of a pattern of <see cref="Pieces"/> follow (3 bits) and how much comes glued to the upgrade request; the rest is what
/// the peer sends.
/// </summary>
internal static class FrameTarget
{
    private const int PatternMask = 7;
    private const int GluedShift = 3;
    private const int GluedUnit = 4;

    // Buffers in powers of two, doubled as they fill.
    private const int RentedBytesPerByte = 4;
    private const int RentedBytesMore = 4 * 1024;

    // Besides what it rents: the link itself, and why it ended.
    private const int AllocatedBytesPerByte = 8;
    private const int AllocatedBytesMore = 16 * 1024;

    private static readonly BufferPool Buffers = new(16 * 1024 * 1024);
    private static readonly FrameArena Arena = new();
    private static readonly LinkSet Links = Create();

    public static void Run(byte[] input)
    {
        var (head, rest) = FuzzTarget.Cut(input);
        var pattern = rest[..Math.Min(head & PatternMask, rest.Length)];
        var sent = rest[pattern.Length..];
        var glued = sent[..Math.Min((head >> GluedShift) * GluedUnit, sent.Length)];
        Run(new ReferenceStream(sent), glued, new Pieces(sent[glued.Length..], pattern), sent.Length);
    }

    private static LinkSet Create()
    {
        var options = new NetworkingOptions { MessageFragmentsMax = ReferenceStream.FragmentsMax, ReceiveBudgetBytes = 1000 };
        var links = new LinkSet(new TransportStart(options, Buffers, new StoppedClock(), NullLoggerFactory.Instance));

        // The chunks that are allocated once are no input's fault.
        Arena.GetSpace(1);
        Serve(links, new PieceLink(links, new Pieces(new byte[64], [0x80]), []), new Received([], 64));
        return links;
    }

    private static void Run(ReferenceStream reference, byte[] glued, Pieces pieces, int length)
    {
        var link = new PieceLink(Links, pieces, glued);
        var received = new Received(reference.Messages, length);
        Serve(Links, link, received).StaysWithin((AllocatedBytesPerByte * (long)length) + AllocatedBytesMore);
        Invariant.Holds(received.Count == reference.Messages.Count, "messages are missing");
        Invariant.Holds(link.End!.Code == reference.EndCode && link.End.ByPeer == reference.IsEndByPeer, "the link ended otherwise");
        Invariant.Holds(link.IsReleased && Links.Count == 0, "the link lives on");
        Invariant.Holds(Buffers.RentedCount == 0, "buffers left behind");
        ServerFrames.Check(link.Sent, reference);
    }

    // Frame by frame, as the networking system does it.
    private static AllocationGauge Serve(LinkSet links, PieceLink link, Received received)
    {
        Invariant.Holds(links.TryReserve() && links.TryAdd(link) && links.TryAccept(out _), "no place for the link");
        var gauge = default(AllocationGauge);
        for (var frame = 0; links.Count > 0; frame++)
        {
            Invariant.Holds(frame <= received.Length + 4, "more frames than bytes");
            gauge.Start();
            links.BeginFrame();
            gauge.Stop();
            Receive(link, received, ref gauge);
            gauge.Start();
            links.Flush([link]);
            link.Outbound.Reclaim();
            gauge.Stop();
            Invariant.Holds(Buffers.RentedBytes <= (RentedBytesPerByte * link.BytesReceived) + RentedBytesMore, "more rented than arrived");
            Arena.Reset();
        }

        return gauge;
    }

    private static void Receive(PieceLink link, Received received, ref AllocationGauge gauge)
    {
        gauge.Start();
        while (link.End is null && link.TryReceive(Arena, out var message))
        {
            gauge.Stop();
            received.Take(message);
            gauge.Start();
        }

        if (link.End is null) link.EndReceive();
        gauge.Stop();
    }

    // Compared as they come: when the frame ends, their bytes are free again.
    private sealed class Received(IReadOnlyList<byte[]> expected, int length)
    {
        public int Length => length;

        public int Count { get; private set; }

        public void Take(ArraySegment<byte> message)
        {
            Invariant.Holds(Count < expected.Count, "a message that nobody sent");
            Invariant.Holds(message.Count <= ProtocolLimits.MaxMessageBytes, "a message above the limit");
            Invariant.Holds(message.AsSpan().SequenceEqual(expected[Count++]), "another message than was sent");
        }
    }

    // No deadline passes: what a peer may take is for other tests to say.
    private sealed class StoppedClock : TimeProvider
    {
        public override long GetTimestamp() => 0;
    }
}
