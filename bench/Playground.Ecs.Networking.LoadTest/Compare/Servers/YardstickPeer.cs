using System.Net.Sockets;
using System.Runtime.InteropServices;
using Playground.Ecs.Networking.LoadPeer;

namespace Playground.Ecs.Networking.LoadTest.Compare.Servers;

/// <summary>One socket of the yardstick, which it owns. It knows how long its peer's messages are, and parses none.</summary>
internal sealed class YardstickPeer(Socket socket, TrafficShape shape, Tally tally) : IDisposable
{
    private readonly int _frameBytes = ClientFrames.HeaderBytes(shape.BatchBytes) + shape.BatchBytes;
    private byte[] _kept = [];
    private int _keptBytes;
    private UnsentBytes _unsent;

    /// <summary>One non-blocking Receive.</summary>
    /// <returns>False when the peer is gone.</returns>
    public bool Receive(byte[] buffer)
    {
        var isEcho = shape.Mode == TrafficMode.Echo;
        if (isEcho) _kept.AsSpan(0, _keptBytes).CopyTo(buffer);
        var read = socket.Receive(buffer.AsSpan(isEcho ? _keptBytes : 0), SocketFlags.None, out var error);
        if (error != SocketError.Success) return error == SocketError.WouldBlock;
        var filled = _keptBytes + read;
        tally.CountIn(filled / _frameBytes);
        _keptBytes = filled % _frameBytes;
        if (isEcho) Echo(buffer.AsSpan(0, filled));
        return read > 0;
    }

    /// <summary>One non-blocking Send, unless the one before has not left.</summary>
    public void Send(ReadOnlySpan<byte> frame)
    {
        if (_unsent.TryFinish(socket)) _unsent.Send(socket, frame);
        else tally.CountSkipped();
    }

    public void Dispose() => socket.Dispose();

    private void Echo(Span<byte> received)
    {
        for (; received.Length >= _frameBytes; received = received[_frameBytes..]) Send(Unmask(received[.._frameBytes]));
        if (_kept.Length < received.Length) _kept = new byte[_frameBytes];
        received.CopyTo(_kept);
    }

    /// <summary>Turns a masked frame into an unmasked one in its own place; the four bytes of the mask make room for nothing.</summary>
    private ReadOnlySpan<byte> Unmask(Span<byte> frame)
    {
        var header = ClientFrames.HeaderBytes(shape.BatchBytes);
        var mask = MemoryMarshal.Read<uint>(frame[(header - 4)..]);
        var payload = frame[header..];
        var wide = MemoryMarshal.Cast<byte, ulong>(payload);
        var pattern = ((ulong)mask << 32) | mask;
        for (var i = 0; i < wide.Length; i++) wide[i] ^= pattern;
        for (var i = wide.Length * sizeof(ulong); i < payload.Length; i++) payload[i] ^= frame[header - 4 + (i & 3)];
        frame[..(header - 4)].CopyTo(frame[4..]);
        frame[5] &= 0x7F;
        return frame[4..];
    }
}
