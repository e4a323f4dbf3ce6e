using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Sockets;

namespace Playground.Ecs.Networking.Links;

/// <summary>The loop's end of a link inside the process.</summary>
internal sealed class MemoryLink(MemoryTransport transport, MemoryClient client, LinkUpgrade upgrade) : Link(upgrade)
{
    private long _closingSince;

    /// <summary>True while the client's buffer is full.</summary>
    public bool IsBlocked { get; set; }

    /// <inheritdoc/>
    public override bool TryReceive(FrameArena arena, out ArraySegment<byte> message)
    {
        message = default;
        if (End is not null) return false;
        if (client.ToServer.TryReadMessage(arena, out message))
        {
            BytesReceived += message.Count;
            return true;
        }

        if (client.End is { } end && client.ToServer.Count == 0) EndBy(new LinkEnd(end.Code, end.Reason, true));
        return false;
    }

    /// <inheritdoc/>
    public override void Close(ushort code, string reason)
    {
        if (End is not null) return;
        var buffer = transport.Buffers.Rent(FrameHeader.ServerMax + FrameHeader.ControlPayloadMax);
        var length = CloseFrame.WriteServer(buffer.Bytes, code, reason);
        if (!Outbound.TryAppend(buffer, 0, length)) buffer.Release();
        EndBy(new LinkEnd(code, reason, false));
        transport.Write(this);
    }

    /// <inheritdoc/>
    public override void Abort()
    {
        if (End is not null) return;
        client.Lose();
        EndBy(new LinkEnd((ushort)CloseCode.Abnormal, "aborted", false));
    }

    /// <summary>Copies what was handed over into the client's buffer.</summary>
    /// <returns>False when it is full.</returns>
    public bool TryWrite()
    {
        while (Outbound.TryPeek(out var bytes))
        {
            var written = client.FromServer.Write(bytes);
            Outbound.Advance(written);
            if (written < bytes.Count) return client.End is not null;
        }

        return true;
    }

    /// <summary>Ends the closing: when everything was taken, the client is gone or time is up.</summary>
    public bool TryFinish()
    {
        var isOver = Outbound.IsDrained
            || client.End is not null
            || transport.Time.GetElapsedTime(_closingSince).Ticks > transport.CloseTimeoutTicks;
        if (isOver) Release();
        return isOver;
    }

    /// <summary>Gives the buffers back.</summary>
    public void Release()
    {
        client.Lose();
        Outbound.Clear();
    }

    private void EndBy(LinkEnd end)
    {
        End = end;
        _closingSince = transport.Time.GetTimestamp();
        transport.BeginClosing(this);
    }
}
