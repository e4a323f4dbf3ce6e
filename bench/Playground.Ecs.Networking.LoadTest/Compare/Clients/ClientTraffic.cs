using System.Buffers.Binary;
using Playground.Ecs.Networking.LoadPeer;

namespace Playground.Ecs.Networking.LoadTest.Compare.Clients;

/// <summary>What all connections of a client share: one buffer to receive in, one masked message to send, one count. One thread.</summary>
internal sealed class ClientTraffic(TrafficShape shape, Tally tally, Dialect dialect, int port)
{
    private volatile RoundTrips _roundTrips = new();
    private byte[] _payload = [];
    private byte[] _message = [];
    private int _payloadAt;
    private int _stampAt;

    public TrafficShape Shape => shape;

    public Dialect Dialect => dialect;

    public Tally Tally => tally;

    public int Port => port;

    public byte[] Receiving { get; } = new byte[256 * 1024];

    /// <summary>The length of one message's payload, in either direction.</summary>
    public int PayloadBytes { get; private set; }

    /// <summary>The connections know what they send: the first to be told makes the message.</summary>
    public void SetMessage(ReadOnlySpan<byte> payload, int stampAt)
    {
        if (_message.Length > 0) return;
        (PayloadBytes, _stampAt, _payloadAt) = (payload.Length, stampAt, ClientFrames.HeaderBytes(payload.Length));
        _payload = payload.ToArray();
        _message = ClientFrames.Build(ClientFrames.Binary, payload);
    }

    /// <summary>The message, with the present time where its echo is timed.</summary>
    public ReadOnlySpan<byte> StampedMessage()
    {
        if (shape.IsStamped)
        {
            var stamp = _message.AsSpan(_payloadAt + _stampAt, sizeof(long));
            BinaryPrimitives.WriteInt64LittleEndian(stamp, Clock.NowUs);
            ClientFrames.ApplyMask(stamp, _stampAt);
        }

        return _message;
    }

    /// <summary>The same without WebSocket's frame.</summary>
    public ReadOnlySpan<byte> StampedPayload()
    {
        if (shape.IsStamped) BinaryPrimitives.WriteInt64LittleEndian(_payload.AsSpan(_stampAt), Clock.NowUs);
        return _payload;
    }

    /// <summary>Counts the messages in a frame's payload: SignalR may put several into one.</summary>
    public void CountIn(ReadOnlySpan<byte> payload)
    {
        tally.CountIn(payload.Length / PayloadBytes);
        for (; shape.IsStamped && payload.Length >= PayloadBytes; payload = payload[PayloadBytes..])
        {
            _roundTrips.Add(Clock.NowUs - BinaryPrimitives.ReadInt64LittleEndian(payload[_stampAt..]));
        }
    }

    /// <summary>Counts without a look at the time.</summary>
    public void CountOnly(int messages) => tally.CountIn(messages);

    /// <summary>Adds what was timed since the last call. Any thread.</summary>
    public Snapshot Complete(Snapshot snapshot)
    {
        var trips = _roundTrips;
        _roundTrips = new RoundTrips();
        return snapshot with { LatencyP50 = trips.Percentile(50), LatencyP99 = trips.Percentile(99) };
    }
}
