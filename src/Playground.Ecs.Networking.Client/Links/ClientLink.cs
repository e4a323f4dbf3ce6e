namespace Playground.Ecs.Networking.Client.Links;

/// <summary>What a link brought.</summary>
internal enum LinkReadKind
{
    /// <summary>A binary message, or as much of a longer one as the buffer holds.</summary>
    Message,

    /// <summary>A text message, which the protocol does not have.</summary>
    Text,

    /// <summary>The end.</summary>
    End,
}

/// <summary>What a link brought.</summary>
/// <param name="Kind">Message, text or end.</param>
/// <param name="Length">The message's length in bytes.</param>
/// <param name="Code">The close code at the end; 1006 without a closing handshake.</param>
/// <param name="Reason">The reason at the end, for people.</param>
internal readonly record struct LinkRead(LinkReadKind Kind, int Length = 0, ushort Code = 0, string Reason = "");

/// <summary>The attempt to open a link.</summary>
/// <param name="Link">The open link; null when it was refused.</param>
/// <param name="Reason">Why not.</param>
/// <param name="RetryAfter">What the server asked for with its refusal.</param>
internal readonly record struct LinkOpening(ClientLink? Link, string Reason = "", TimeSpan? RetryAfter = null);

/// <summary>
/// One open WebSocket. At any time one call reads and one other call writes or closes; <see cref="Abort"/> may come from any thread. How a
/// link ends is a value; the only exception of its methods is OperationCanceledException, after which it is of no more use.
/// </summary>
internal abstract class ClientLink : IDisposable
{
    /// <summary>Waits for the next whole message.</summary>
    /// <param name="buffer">Where it goes; longer than any message may be.</param>
    /// <param name="cancellationToken">Ends the wait and the link.</param>
    public abstract ValueTask<LinkRead> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken);

    /// <summary>Writes one binary message.</summary>
    /// <returns>False when the link has ended.</returns>
    public abstract ValueTask<bool> WriteAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken);

    /// <summary>Writes the close; the answer, or the end, is then read.</summary>
    public abstract ValueTask CloseAsync(ushort code, string reason, CancellationToken cancellationToken);

    /// <summary>Ends the link at once, without a closing handshake.</summary>
    public abstract void Abort();

    /// <inheritdoc/>
    public abstract void Dispose();
}
