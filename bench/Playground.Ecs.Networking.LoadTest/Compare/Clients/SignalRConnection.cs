using System.Buffers;
using MessagePack;
using Playground.Ecs.Networking.LoadPeer;
using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.LoadTest.Compare.Clients;

/// <summary>A client of SignalR's MessagePack protocol: its handshake, then invocations encoded beforehand.</summary>
internal sealed class SignalRConnection(ClientTraffic traffic) : ClientConnection(traffic)
{
    private const int Invocation = 1;
    private const int InvocationFields = 6;
    private const byte Continues = 0x80;

    private bool _greeted;

    protected override bool IsGreeted => _greeted;

    protected override void OnUpgraded() =>
        Send(ClientFrames.Build(ClientFrames.Binary, "{\"protocol\":\"messagepack\",\"version\":1}\u001e"u8));

    protected override void OnMessage(ReadOnlySpan<byte> payload)
    {
        if (_greeted)
        {
            Traffic.CountIn(payload);
            return;
        }

        if (!payload.StartsWith("{}\u001e"u8)) throw new InvalidDataException("SignalR refused the handshake.");
        var batch = Traffic.Shape.Batch(new ChannelId(1000));
        var message = Encode(batch);
        Traffic.SetMessage(message, message.AsSpan().IndexOf(batch) + TrafficShape.StampAt);
        _greeted = true;
    }

    /// <summary>An invocation of the hub's method with one argument, behind its length; the server's look the same.</summary>
    private static byte[] Encode(byte[] batch)
    {
        var body = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(body);
        writer.WriteArrayHeader(InvocationFields);
        writer.Write(Invocation);
        writer.WriteMapHeader(0);
        writer.WriteNil();
        writer.Write(Servers.LoadHub.Method);
        writer.WriteArrayHeader(1);
        writer.Write(batch);
        writer.WriteArrayHeader(0);
        writer.Flush();
        List<byte> message = [];
        var length = body.WrittenCount;
        for (; length >= Continues; length >>= 7) message.Add((byte)(length | Continues));
        message.Add((byte)length);
        message.AddRange(body.WrittenSpan);
        return [.. message];
    }
}
