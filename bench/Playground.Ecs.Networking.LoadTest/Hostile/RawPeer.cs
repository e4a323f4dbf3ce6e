using System.Buffers;
using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.LoadTest.Hostile;

/// <summary>A socket that says whatever an attack wants it to. Every wait ends with the token or after five seconds.</summary>
internal sealed class RawPeer : IDisposable
{
    private const byte Binary = 0x82;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] _input = new byte[16 * 1024];

    private RawPeer()
    {
    }

    public static async Task<RawPeer> ConnectAsync(int port, CancellationToken cancellationToken)
    {
        var peer = new RawPeer();
        try
        {
            await peer._socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), cancellationToken);
            return peer;
        }
        catch
        {
            peer.Dispose();
            throw;
        }
    }

    /// <summary>Connects and completes the upgrade.</summary>
    /// <exception cref="IOException">It was refused.</exception>
    public static async Task<RawPeer> UpgradeAsync(int port, CancellationToken cancellationToken)
    {
        var peer = await ConnectAsync(port, cancellationToken);
        try
        {
            await peer.SendAsync(Encoding.ASCII.GetBytes(
                $"GET /ws HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"), cancellationToken);
            var read = await peer.ReadAsync(cancellationToken);
            if (!Encoding.ASCII.GetString(peer._input, 0, read).StartsWith("HTTP/1.1 101", StringComparison.Ordinal)) throw new IOException("The upgrade was refused.");
            return peer;
        }
        catch
        {
            peer.Dispose();
            throw;
        }
    }

    public async Task SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        while (!bytes.IsEmpty) bytes = bytes[await _socket.SendAsync(bytes, patience.Token)..];
    }

    /// <summary>Reads something; 0 at the end.</summary>
    public async Task<int> ReadAsync(CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        return await _socket.ReceiveAsync(_input, patience.Token);
    }

    /// <summary>Reads until the server ends the connection.</summary>
    public async Task DrainAsync(CancellationToken cancellationToken)
    {
        while (await ReadAsync(cancellationToken) > 0)
        {
        }
    }

    /// <summary>Ends the connection with a reset.</summary>
    public void Reset()
    {
        _socket.LingerState = new LingerOption(true, 0);
        Dispose();
    }

    public void Dispose() => _socket.Dispose();

    /// <summary>A masked WebSocket frame; the mask is zero.</summary>
    public static byte[] Frame(ReadOnlySpan<byte> payload, byte first = Binary)
    {
        var header = payload.Length < 126 ? 6 : 8;
        var frame = new byte[header + payload.Length];
        frame[0] = first;
        if (header == 6)
        {
            frame[1] = (byte)(0x80 | payload.Length);
        }
        else
        {
            frame[1] = 0x80 | 126;
            BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(2), (ushort)payload.Length);
        }

        payload.CopyTo(frame.AsSpan(header));
        return frame;
    }

    /// <summary>A WebSocket message with one packet.</summary>
    public static byte[] Packet(ChannelId channel, ushort type, ReadOnlySpan<byte> payload)
    {
        var packet = new byte[PacketWriter.SizeOf(payload.Length)];
        PacketWriter.Write(packet, new PacketHeader(channel, type, Priority.Normal), payload);
        return Frame(packet);
    }

    /// <summary>A WebSocket message with one control packet.</summary>
    public static byte[] Control<T>(in T message)
        where T : struct, IMessage<T>
    {
        var payload = new ArrayBufferWriter<byte>();
        message.WriteTo(payload);
        return Packet(ChannelId.Control, T.WireType, payload.WrittenSpan);
    }
}
