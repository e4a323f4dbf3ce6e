using System.Diagnostics.CodeAnalysis;
using System.Net;
using Playground.Ecs.Networking.Links;

namespace Playground.Ecs.Networking.Benchmarks.Receiving;

/// <summary>Links that receive the same messages in every frame and send into the void: a frame without any transport's cost.</summary>
internal sealed class ReplayTransport : ITransport
{
    private readonly Queue<ReplayLink> _ready = new();

    public IPEndPoint? LocalEndPoint => null;

    public int LinkCount => 0;

    public ReplayLink Connect()
    {
        var link = new ReplayLink();
        _ready.Enqueue(link);
        return link;
    }

    public ValueTask<NetworkResult> StartAsync(TransportStart context, CancellationToken cancellationToken) => new(NetworkResult.Ok);

    public void BeginFrame()
    {
    }

    public bool TryAccept([NotNullWhen(true)] out Link? link)
    {
        var accepted = _ready.TryDequeue(out var replay);
        link = replay;
        return accepted;
    }

    public void Flush(ReadOnlySpan<Link> links)
    {
        foreach (var link in links)
        {
            while (link.Outbound.TryPeek(out var bytes)) link.Outbound.Advance(bytes.Count);
        }
    }

    public ValueTask StopAcceptingAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

/// <summary>A link of <see cref="ReplayTransport"/>.</summary>
internal sealed class ReplayLink() : Link(new LinkUpgrade(null, "replay", null, null))
{
    private int _next;

    /// <summary>What it receives in each frame.</summary>
    public byte[][] Messages { get; set; } = [];

    public override bool TryReceive(FrameArena arena, out ArraySegment<byte> message)
    {
        message = default;
        if (_next == Messages.Length) return false;
        message = Messages[_next++];
        BytesReceived += message.Count;
        return true;
    }

    public override void EndReceive() => _next = 0;

    public override void Close(ushort code, string reason) => End = new LinkEnd(code, reason, false);

    public override void Abort() => Close(0, string.Empty);
}
