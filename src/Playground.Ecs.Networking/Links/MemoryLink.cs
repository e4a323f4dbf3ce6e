using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Sockets;

namespace Playground.Ecs.Networking.Links;

/// <summary>The loop's end of a link inside the process.</summary>
internal sealed class MemoryLink(MemoryTransport transport, MemoryClient client, LinkUpgrade upgrade) : Link(upgrade)
{
    private long _closingSince;
    private (ushort Code, string Reason)? _closeFrame;

    /// <summary>True while the client's buffer is full.</summary>
    public bool IsBlocked { get; set; }

    /// <inheritdoc/>
    public override bool TryReceive(FrameArena arena, out ArraySegment<byte> message)
    {
        message = default;
        if (End is not null) return false;
        TakePongs();
        if (client.ToServer.TryReadMessage(arena, out message))
        {
            if (message.Count > ProtocolLimits.MaxMessageBytes)
            {
                Close((ushort)CloseCode.MessageTooBig, $"message above {ProtocolLimits.MaxMessageBytes} bytes");
                return false;
            }

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
        _closeFrame = (code, reason);
        EndBy(new LinkEnd(code, reason, false));
        AppendCloseFrame();
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
        AppendCloseFrame();
        var isOver = (Outbound.IsDrained && _closeFrame is null)
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

    // Behind everything that was handed over; while the queue is full it waits for the next frame.
    private void AppendCloseFrame()
    {
        if (_closeFrame is not { } close) return;
        var buffer = transport.Buffers.Rent(CloseFrame.ServerMax);
        buffer.Length = CloseFrame.WriteServer(buffer.Bytes, close.Code, close.Reason);
        if (Outbound.TryAppend(buffer, 0, buffer.Length)) _closeFrame = null;
        else buffer.Release();
        transport.Write(this);
    }

    private void TakePongs()
    {
        // A pong would be the smallest masked frame.
        var pongs = client.PingsReceived - ControlFramesReceived;
        ControlFramesReceived += pongs;
        BytesReceived += pongs * (2 + sizeof(int));
    }

    private void EndBy(LinkEnd end)
    {
        End = end;
        _closingSince = transport.Time.GetTimestamp();
        transport.BeginClosing(this);
    }
}
