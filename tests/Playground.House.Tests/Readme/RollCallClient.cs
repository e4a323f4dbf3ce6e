using System.Buffers;
using System.Net.WebSockets;
using Playground.Ecs.Networking.Protocol;

namespace Playground.House.Tests.Readme;

/// <summary>A peer of the README's first program: subscribes to its channel and reads one roll call.</summary>
internal static class RollCallClient
{
    public static async Task<int> CountPeersAsync(Uri address)
    {
        using var deadline = new CancellationTokenSource(Screen.Deadline);
        using var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol("playground.v1");
        await socket.ConnectAsync(address, deadline.Token);
        var body = new ArrayBufferWriter<byte>();
        new Subscribe(1, "roll-call").WriteTo(body);
        var packet = new byte[PacketWriter.SizeOf(body.WrittenCount)];
        PacketWriter.Write(packet, new PacketHeader(ChannelRanges.Control, Subscribe.WireType, Priority.High), body.WrittenSpan);
        await socket.SendAsync(packet, WebSocketMessageType.Binary, true, deadline.Token);

        var message = new byte[ProtocolLimits.MaxMessageBytes];
        while (true)
        {
            var received = await socket.ReceiveAsync(message, deadline.Token);
            if (FindCount(message.AsSpan(0, received.Count)) is { } count) return count;
        }
    }

    // A count below 128 is one byte in MessagePack, the number itself.
    private static int? FindCount(ReadOnlySpan<byte> message)
    {
        var reader = new PacketReader(message);
        while (reader.TryRead(out var header, out _))
        {
            if (header.Channel != ChannelRanges.Control && header.Type == 1) return reader.Payload[0];
        }

        return null;
    }
}
