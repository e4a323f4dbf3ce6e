using System.Buffers;
using System.Net.WebSockets;
using Playground.Ecs.Networking.Protocol;

namespace Playground.Demo.Tests.Interop;

/// <summary>A client whose WebSocket is <see cref="ClientWebSocket"/>; packets are put together here. One test at a time.</summary>
internal sealed class ClientPeer : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    private readonly CancellationTokenSource _deadline = new(Deadline);
    private readonly Queue<Packet> _packets = new();
    private readonly TrainAssembler _trains = new(ProtocolLimits.DefaultMaxPacketBytes, ArrayPool<byte>.Shared);
    private readonly byte[] _message = new byte[ProtocolLimits.MaxMessageBytes];
    private int _parts;

    public ClientWebSocket Socket { get; } = new();

    public CancellationToken Token => _deadline.Token;

    public static async Task<ClientPeer> OpenAsync(
        Uri uri, string? subprotocol = ProtocolLimits.Subprotocol, Action<ClientWebSocketOptions>? configure = null)
    {
        var peer = new ClientPeer();
        configure?.Invoke(peer.Socket.Options);
        if (subprotocol is not null) peer.Socket.Options.AddSubProtocol(subprotocol);
        try
        {
            await peer.Socket.ConnectAsync(uri, peer.Token);
            return peer;
        }
        catch
        {
            await peer.DisposeAsync();
            throw;
        }
    }

    /// <summary>Opens a link and says Hello.</summary>
    public static async Task<ClientPeer> JoinAsync(Uri uri, string? token = null)
    {
        var peer = await OpenAsync(uri);
        await peer.HelloAsync(token);
        return peer;
    }

    public async Task<Welcome> HelloAsync(string? token = null)
    {
        await SendAsync(new Hello(ProtocolLimits.Version, "test", token, default, 0));
        var packet = await ReceiveControlAsync(ControlType.Welcome);
        return Welcome.TryRead(packet.Payload, out var welcome) ? welcome : throw new InvalidDataException("Welcome");
    }

    public async Task<Reply> QueryAsync(uint id, string name)
    {
        await SendAsync(new QueryChannel(id, name));
        return await ReceiveReplyAsync();
    }

    public async Task<ChannelId> FindAsync(string name) =>
        (await QueryAsync(1, name)).TryReadChannel(out var channel) ? channel : throw new InvalidDataException(name);

    public async Task<ChannelId> SubscribeAsync(string name)
    {
        var channel = await FindAsync(name);
        await SendAsync(new Subscribe(2, channel));
        var reply = await ReceiveReplyAsync();
        return reply.Error == ErrorCode.None ? channel : throw new InvalidDataException($"{reply.Error} {reply.Message}");
    }

    public async Task<Reply> ReceiveReplyAsync()
    {
        var packet = await ReceiveControlAsync(ControlType.Reply);
        return Reply.TryRead(packet.Payload, out var reply) ? reply : throw new InvalidDataException("Reply");
    }

    public Task<Packet> ReceiveControlAsync(ControlType type) =>
        ReceiveAsync(packet => packet.Channel == ChannelId.Control && packet.Type == (ushort)type);

    /// <summary>The next packet that fits; those before it that do not are dropped.</summary>
    public async Task<Packet> ReceiveAsync(Predicate<Packet> fits)
    {
        while (true)
        {
            while (_packets.TryDequeue(out var packet))
            {
                if (fits(packet)) return packet;
            }

            Take(await ReceiveMessageAsync());
        }
    }

    /// <summary>Reads until the server's close and answers it.</summary>
    public async Task<WebSocketCloseStatus?> ReceiveCloseAsync()
    {
        while (Socket.State == WebSocketState.Open)
        {
            var result = await Socket.ReceiveAsync(_message.AsMemory(), Token);
            if (result.MessageType == WebSocketMessageType.Close) await Socket.CloseOutputAsync(Socket.CloseStatus ?? 0, null, Token);
        }

        return Socket.CloseStatus;
    }

    public Task SendAsync<T>(T message)
        where T : struct, IMessage<T>
    {
        var payload = new ArrayBufferWriter<byte>();
        message.WriteTo(payload);
        return SendAsync(new Packet(ChannelId.Control, T.WireType, Priority.High, payload.WrittenSpan.ToArray()));
    }

    /// <summary>Sends a packet of any size: as many fragments to a message as fit.</summary>
    public async Task SendAsync(Packet packet)
    {
        foreach (var message in Messages(packet))
        {
            await Socket.SendAsync(message, WebSocketMessageType.Binary, WebSocketMessageFlags.EndOfMessage, Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Socket.Dispose();
        _trains.Dispose();
        _deadline.Dispose();
        await Task.CompletedTask;
    }

    private static List<ReadOnlyMemory<byte>> Messages(Packet packet)
    {
        var messages = new List<ReadOnlyMemory<byte>>();
        var message = new byte[ProtocolLimits.MaxMessageBytes];
        var filled = 0;
        foreach (var fragment in Fragmenter.Split(new PacketHeader(packet.Channel, packet.Type, packet.Priority), packet.Payload.Length))
        {
            if (filled + PacketWriter.SizeOf(fragment.Length) > message.Length)
            {
                messages.Add(message.AsSpan(0, filled).ToArray());
                filled = 0;
            }

            filled += PacketWriter.Write(message.AsSpan(filled), fragment.Header, packet.Payload.AsSpan(fragment.Offset, fragment.Length));
        }

        messages.Add(message.AsSpan(0, filled).ToArray());
        return messages;
    }

    private async Task<ReadOnlyMemory<byte>> ReceiveMessageAsync()
    {
        for (var filled = 0; ;)
        {
            var result = await Socket.ReceiveAsync(_message.AsMemory(filled), Token);
            if (result.MessageType != WebSocketMessageType.Binary) throw new InvalidDataException($"{result.MessageType} {Socket.CloseStatus}");
            filled += result.Count;
            if (result.EndOfMessage) return _message.AsMemory(0, filled);
        }
    }

    private void Take(ReadOnlyMemory<byte> message)
    {
        var reader = new PacketReader(message.Span);
        while (reader.TryRead(out var header, out _))
        {
            _parts++;
            var status = _trains.Add(header, reader.Payload, out var whole);
            if (status == TrainStatus.Partial) continue;
            var payload = status == TrainStatus.Complete ? whole.Span.ToArray() : reader.Payload.ToArray();
            if (whole.Array is not null) ArrayPool<byte>.Shared.Return(whole.Array);
            _packets.Enqueue(new Packet(header.Channel, header.Type, header.Priority, payload, _parts));
            _parts = 0;
        }
    }
}
