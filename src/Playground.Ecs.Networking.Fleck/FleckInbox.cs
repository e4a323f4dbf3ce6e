using Playground.Ecs.Networking.Links;
using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.Fleck;

/// <summary>How the peer's side of a connection ended.</summary>
/// <param name="Code">The close code: the peer's, or what it earned; 1006 for a connection that went away.</param>
/// <param name="Reason">The peer's reason, or what went wrong.</param>
/// <param name="ByPeer">False: the peer broke a rule and is to be closed.</param>
internal sealed record InboxEnd(ushort Code, string Reason, bool ByPeer);

/// <summary>
/// What Fleck's threads received for the loop: whole messages, bounded, then the end, once. Fleck's thread of the connection
/// adds, the loop takes.
/// </summary>
/// <param name="fullBytes">Bytes that may wait before the socket is read no further.</param>
internal sealed class FleckInbox(int fullBytes)
{
    // What one receive can complete beyond the limit: the largest message and, of the rest, messages as small as they come.
    private const int OneReceiveMax = ProtocolLimits.MaxMessageBytes + (2 * FleckSocket.ReceiveBytesMax);

    private readonly ByteRing _messages = new(fullBytes + OneReceiveMax);
    private volatile InboxEnd? _end;
    private volatile bool _isClosed;

    /// <summary>The socket must not be read further for now. Any thread.</summary>
    public bool IsFull => _messages.Count >= fullBytes;

    /// <summary>What came behind the last message; null while more may come. Any thread.</summary>
    public InboxEnd? End => _end;

    /// <summary>Fleck: adds a message, unless nobody wants it any more.</summary>
    public void Add(byte[] message)
    {
        if (!_isClosed && !_messages.TryWriteMessage(message))
        {
            throw new InvalidOperationException("The socket was read although the inbox was full.");
        }
    }

    /// <summary>Fleck: nothing follows. Only the first end counts.</summary>
    public void Finish(InboxEnd end) => _end ??= end;

    /// <summary>Loop: takes the next message.</summary>
    public bool TryTake(FrameArena arena, out ArraySegment<byte> message) => _messages.TryReadMessage(arena, out message);

    /// <summary>Loop: forgets what waits and what still comes.</summary>
    public void Close()
    {
        _isClosed = true;
        _messages.Discard();
    }
}
