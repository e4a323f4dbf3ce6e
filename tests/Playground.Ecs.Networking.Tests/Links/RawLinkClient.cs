using Playground.Ecs.Networking.Testing.Links;

namespace Playground.Ecs.Networking.Tests.Links;

/// <summary>A raw WebSocket as the other end of a link.</summary>
internal sealed class RawLinkClient(RawWebSocket socket) : ILinkClient
{
    private readonly Queue<byte[]> _messages = new();

    public RawWebSocket Socket => socket;

    public List<byte[]> Pongs { get; } = [];

    public (int Code, string Reason)? ServerClose { get; private set; }

    public bool HasEnded
    {
        get
        {
            Pump();
            return socket.HasEnded;
        }
    }

    public void Send(byte[] message) => socket.SendFrame(RawFrame.Binary, message);

    public bool TryReceive(out byte[] message)
    {
        if (_messages.Count == 0)
        {
            Pump();
        }

        return _messages.TryDequeue(out message!);
    }

    public void Close(int code, string reason) => socket.SendClose(code, reason);

    public void Abort() => socket.Reset();

    public void Dispose() => socket.Dispose();

    private void Pump()
    {
        while (_messages.Count < 64 && socket.TryReadFrame(out var frame))
        {
            Assert.That(frame.ReservedBits, Is.Zero);
            Assert.That(frame.IsFinal, Is.True);
            switch (frame.Opcode)
            {
                case RawFrame.Binary:
                    _messages.Enqueue(frame.Payload);
                    break;
                case RawFrame.Pong:
                    Pongs.Add(frame.Payload);
                    break;
                case RawFrame.Close:
                    ServerClose = (frame.CloseCode, frame.CloseReason);
                    break;
                default:
                    Assert.Fail($"unexpected opcode {frame.Opcode}");
                    break;
            }
        }
    }
}
