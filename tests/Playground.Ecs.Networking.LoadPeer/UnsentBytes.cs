using System.Net.Sockets;

namespace Playground.Ecs.Networking.LoadPeer;

/// <summary>What a non-blocking socket did not take yet: it goes first. Owner of its array; allocates only when a send falls short.</summary>
internal struct UnsentBytes
{
    private byte[]? _bytes;
    private int _count;

    /// <summary>Sends, and keeps what the kernel does not take.</summary>
    public void Send(Socket socket, ReadOnlySpan<byte> frame)
    {
        var sent = 0;
        if (TryFinish(socket))
        {
            sent = socket.Send(frame, SocketFlags.None, out var error);
            if (error != SocketError.Success) sent = 0;
        }

        if (sent < frame.Length) Keep(frame[sent..]);
    }

    /// <summary>Sends what was kept; true when nothing is left.</summary>
    public bool TryFinish(Socket socket)
    {
        if (_count == 0) return true;
        var sent = socket.Send(_bytes.AsSpan(0, _count), SocketFlags.None, out var error);
        if (error != SocketError.Success) return false;
        _bytes.AsSpan(sent, _count - sent).CopyTo(_bytes);
        _count -= sent;
        return _count == 0;
    }

    private void Keep(ReadOnlySpan<byte> rest)
    {
        if (_bytes is null || _bytes.Length < _count + rest.Length) Array.Resize(ref _bytes, _count + rest.Length);
        rest.CopyTo(_bytes.AsSpan(_count));
        _count += rest.Length;
    }
}
