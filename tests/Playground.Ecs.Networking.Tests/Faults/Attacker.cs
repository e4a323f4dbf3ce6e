using System.Net.Sockets;
using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Testing.Frames;
using Playground.Ecs.Networking.Testing.Links;

namespace Playground.Ecs.Networking.Tests.Faults;

/// <summary>A client on a real socket that sends what it likes, and remembers what it is told. One thread at a time.</summary>
internal sealed class Attacker(FaultServer server, RawWebSocket socket)
{
    /// <summary>What it sends on.</summary>
    public RawWebSocket Socket => socket;

    /// <summary>What arrived, pings of the protocol left out.</summary>
    public List<PeerPacket> Packets { get; } = [];

    public List<RawFrame> Pongs { get; } = [];

    /// <summary>The last Welcome.</summary>
    public Welcome Welcome { get; private set; }

    /// <summary>The server's Close frame; 1006 when it ended without one; 0 while it has not.</summary>
    public int CloseCode { get; private set; }

    public Goodbye? Goodbye { get; private set; }

    /// <summary>Errors and refused Replies so far.</summary>
    public IEnumerable<ErrorCode> Errors => Packets.Select(ErrorOf).Where(static e => e != ErrorCode.None);

    // Sending

    /// <summary>Sends packets as one message.</summary>
    public void Send(params byte[][] packets) => socket.SendFrame(RawFrame.Binary, [.. packets.SelectMany(static p => p)]);

    public void Send<T>(in T message)
        where T : struct, IMessage<T> => Send(TestPeer.Control(message));

    /// <summary>Says Hello and takes the Welcome.</summary>
    public async Task<Welcome> HelloAsync(string name = "attacker", byte[]? resumeToken = null, ushort lastReceived = 0)
    {
        Send(new Hello(ProtocolLimits.Version, name, FaultServer.TokenOf(name), resumeToken ?? [], lastReceived));
        await UntilAsync(() => Welcome.ResumeToken.Length > 0 || CloseCode != 0);
        return Welcome;
    }

    /// <summary>Sends until all is sent or the server has ended it, and reads meanwhile unless told otherwise.</summary>
    /// <returns>False when the server ended it.</returns>
    public async Task<bool> FloodAsync(ReadOnlyMemory<byte> bytes, bool reads = true)
    {
        socket.Socket.Blocking = false;
        while (!bytes.IsEmpty)
        {
            if (reads) Pump();
            var count = CloseCode != 0 ? -1 : socket.Socket.Send(bytes.Span, SocketFlags.None, out var error) is var sent && error == SocketError.Success ? sent
                : error == SocketError.WouldBlock ? 0 : -1;
            if (count < 0) return false;
            bytes = bytes[count..];
            if (count == 0) await server.FrameAsync();
        }

        return true;
    }

    // Receiving

    /// <summary>Reads until the condition holds.</summary>
    public Task UntilAsync(Func<bool> condition, [System.Runtime.CompilerServices.CallerArgumentExpression(nameof(condition))] string text = "") =>
        server.UntilAsync(
            () =>
            {
                Pump();
                return condition();
            },
            text);

    /// <summary>Reads until the server has closed.</summary>
    public async Task<int> ClosedAsync()
    {
        await UntilAsync(() => CloseCode != 0, "the server closes");
        return CloseCode;
    }

    /// <summary>Reads until a packet of a channel is there.</summary>
    public async Task<PeerPacket> PacketAsync(ChannelId channel)
    {
        await UntilAsync(() => Packets.Exists(p => p.Channel == channel), $"a packet on channel {channel}");
        return Packets.First(p => p.Channel == channel);
    }

    /// <summary>Reads what has arrived.</summary>
    public void Pump()
    {
        while (CloseCode == 0 && socket.TryReadFrame(out var frame))
        {
            switch (frame.Opcode)
            {
                case RawFrame.Binary:
                    PeerPacket.ReadAll(frame.Payload).ForEach(Take);
                    break;
                case RawFrame.Pong:
                    Pongs.Add(frame);
                    break;
                case RawFrame.Close:
                    CloseCode = frame.CloseCode;
                    break;
            }
        }

        if (CloseCode == 0 && socket.HasEnded) CloseCode = (int)Protocol.CloseCode.Abnormal;
    }

    private static ErrorCode ErrorOf(PeerPacket packet) =>
        packet.IsControl<ErrorMessage>() && ErrorMessage.TryRead(packet.Data, out var error) ? error.Error
        : packet.IsControl<Reply>() && Reply.TryRead(packet.Data, out var reply) ? reply.Error
        : ErrorCode.None;

    private void Take(PeerPacket packet)
    {
        if (packet.IsControl<Ping>()) return;
        if (packet.IsControl<Welcome>() && Protocol.Welcome.TryRead(packet.Data, out var welcome)) Welcome = welcome;
        else if (packet.IsControl<Goodbye>() && Protocol.Goodbye.TryRead(packet.Data, out var goodbye)) Goodbye = goodbye;
        else Packets.Add(packet);
    }
}
