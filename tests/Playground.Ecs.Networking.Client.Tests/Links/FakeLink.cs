using System.Threading.Channels;
using Playground.Ecs.Networking.Client.Links;
using Playground.Ecs.Networking.Client.Tests.Sessions;
using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.Client.Tests.Links;

/// <summary>A link whose other end is the test: it reads the client's packets and writes what the server would.</summary>
internal sealed class FakeLink : ClientLink
{
    private readonly Channel<(LinkRead Read, byte[] Bytes)> _toClient = Channel.CreateUnbounded<(LinkRead, byte[])>();
    private readonly Channel<WirePacket> _fromClient = Channel.CreateUnbounded<WirePacket>();
    private readonly TaskCompletionSource<(ushort Code, string Reason)> _closing = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _stuck = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _isStuck;

    /// <summary>The client's close, once it is written.</summary>
    public Task<(ushort Code, string Reason)> Closing => _closing.Task.WaitAsync(ClientRig.Patience);

    /// <summary>Done when the client is rid of the link.</summary>
    public Task Ended => _ended.Task.WaitAsync(ClientRig.Patience);

    /// <summary>Done when a write waits for a peer that reads nothing.</summary>
    public Task Stuck => _stuck.Task.WaitAsync(ClientRig.Patience);

    /// <summary>From now on no write ends before it is cancelled, as if the peer had stopped reading.</summary>
    public void StopTaking() => _isStuck = true;

    public void Give(params byte[][] packets)
    {
        byte[] message = [.. packets.SelectMany(static p => p)];
        _toClient.Writer.TryWrite((new LinkRead(LinkReadKind.Message, message.Length), message));
    }

    public void GiveText() => _toClient.Writer.TryWrite((new LinkRead(LinkReadKind.Text), []));

    /// <summary>The server's end of the link.</summary>
    public void End(ushort code = 1006, string reason = "") => _toClient.Writer.TryWrite((new LinkRead(LinkReadKind.End, 0, code, reason), []));

    /// <summary>The next packet of this kind that the client wrote; those before it are skipped.</summary>
    public async Task<T> TakeAsync<T>()
        where T : struct, IMessage<T>
    {
        while (true)
        {
            var packet = await TakeAsync();
            if (packet.Is<T>()) return packet.Read<T>();
        }
    }

    /// <summary>The next packet that the client wrote to a channel of the application's.</summary>
    public async Task<WirePacket> TakeDataAsync()
    {
        while (true)
        {
            var packet = await TakeAsync();
            if (packet.Channel != ChannelId.Control) return packet;
        }
    }

    public override async ValueTask<LinkRead> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        var (read, bytes) = await _toClient.Reader.ReadAsync(cancellationToken);
        bytes.CopyTo(buffer);
        return read;
    }

    public override async ValueTask<bool> WriteAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken)
    {
        if (_isStuck)
        {
            _stuck.TrySetResult();
            await new TaskCompletionSource().Task.WaitAsync(cancellationToken);
        }

        foreach (var packet in Wire.Read(message.Span)) _fromClient.Writer.TryWrite(packet);
        return true;
    }

    public override ValueTask CloseAsync(ushort code, string reason, CancellationToken cancellationToken)
    {
        _closing.TrySetResult((code, reason));
        return ValueTask.CompletedTask;
    }

    public override void Abort() => End();

    public override void Dispose() => _ended.TrySetResult();

    private async Task<WirePacket> TakeAsync() => await _fromClient.Reader.ReadAsync().AsTask().WaitAsync(ClientRig.Patience);
}
