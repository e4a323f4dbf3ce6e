using System.Diagnostics;
using System.Net;
using Playground.Ecs.Networking.Links;
using Playground.Ecs.Networking.Sockets;

namespace Playground.Ecs.Networking.Testing.Links;

/// <summary>The loop's side of a transport, stepped by hand: accepts, keeps every message of every link, sends.</summary>
public sealed class TransportLoop : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private readonly FrameArena _arena = new();
    private readonly List<Link> _dirty = [];

    private readonly UpgradeCounters _refused;

    private TransportLoop(ITransport transport, NetworkingOptions options, BufferPool buffers, UpgradeCounters refused)
    {
        _refused = refused;
        Transport = transport;
        Options = options;
        Buffers = buffers;
    }

    public ITransport Transport { get; }

    public NetworkingOptions Options { get; }

    public BufferPool Buffers { get; }

    public IPEndPoint EndPoint => Transport.LocalEndPoint!;

    /// <summary>What upgrades were refused for; null for nothing yet.</summary>
    /// <exception cref="InvalidOperationException">For several things.</exception>
    public string? Refused =>
        Enum.GetValues<RefusedUpgrade>().Where(kind => _refused.Read(kind) > 0).Select(kind => kind.ToString()).SingleOrDefault();

    /// <summary>Every link accepted so far, ended ones too.</summary>
    public List<LinkRecord> Links { get; } = [];

    /// <summary>Starts a transport on a free port.</summary>
    public static async Task<TransportLoop> StartAsync(ITransport transport, NetworkingOptions? options = null)
    {
        options ??= new NetworkingOptions();
        options = options with { Port = 0 };
        var buffers = new BufferPool(options.PooledBytesMax);
        var context = new TransportStart(options, buffers, options.TimeProvider, options.LoggerFactory);
        (await transport.StartAsync(context, CancellationToken.None)).Unwrap();
        return new TransportLoop(transport, options, buffers, context.Refused);
    }

    /// <summary>One frame.</summary>
    public void Frame()
    {
        Transport.BeginFrame();
        while (Transport.TryAccept(out var link))
        {
            Links.Add(new LinkRecord(link));
        }

        foreach (var record in Links)
        {
            record.Receive(_arena);
        }

        Transport.Flush(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_dirty));
        _dirty.Clear();
        foreach (var record in Links)
        {
            record.Link.Outbound.Reclaim();
        }

        _arena.Reset();
    }

    /// <summary>Frames until the condition holds.</summary>
    /// <exception cref="TimeoutException">It does not, within 15 s.</exception>
    public void Until(Func<bool> condition, [System.Runtime.CompilerServices.CallerArgumentExpression(nameof(condition))] string text = "")
    {
        var begun = Stopwatch.GetTimestamp();
        var spin = default(SpinWait);
        while (!condition())
        {
            if (Stopwatch.GetElapsedTime(begun) > Patience)
            {
                throw new TimeoutException($"Not within {Patience.TotalSeconds:0} s: {text}");
            }

            Frame();
            spin.SpinOnce();
        }
    }

    /// <summary>Frames until one more link is there.</summary>
    public LinkRecord AcceptOne()
    {
        var count = Links.Count;
        Until(() => Links.Count > count);
        return Links[count];
    }

    /// <summary>Queues a binary message in one frame.</summary>
    /// <returns>False while the link's queue is full.</returns>
    public bool TrySend(LinkRecord record, ReadOnlySpan<byte> message)
    {
        var buffer = Buffers.Rent(FrameHeader.ServerMax + message.Length);
        var header = FrameHeader.WriteServer(buffer.Bytes, Opcode.Binary, message.Length);
        message.CopyTo(buffer.Bytes.AsSpan(header));
        if (!record.Link.Outbound.TryAppend(buffer, 0, header + message.Length))
        {
            buffer.Release();
            return false;
        }

        _dirty.Add(record.Link);
        return true;
    }

    public ValueTask DisposeAsync() => Transport.DisposeAsync();
}

/// <summary>A link, with all that it received.</summary>
public sealed class LinkRecord(Link link)
{
    public Link Link => link;

    public List<byte[]> Messages { get; } = [];

    /// <summary>False: the loop does not read this link.</summary>
    public bool IsRead { get; set; } = true;

    /// <summary>The most messages taken in a frame.</summary>
    public int MessagesPerFrameMax { get; set; } = int.MaxValue;

    public void Receive(FrameArena arena)
    {
        if (!IsRead || link.End is not null)
        {
            return;
        }

        for (var i = 0; i < MessagesPerFrameMax && link.TryReceive(arena, out var message); i++)
        {
            Messages.Add([.. message]);
        }

        link.EndReceive();
    }
}
