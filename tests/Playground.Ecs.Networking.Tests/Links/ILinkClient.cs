namespace Playground.Ecs.Networking.Tests.Links;

/// <summary>The other end of a link, as the transport conformance sees it. No member waits for the server's frames.</summary>
public interface ILinkClient : IDisposable
{
    /// <summary>Sends a binary message.</summary>
    void Send(byte[] message);

    /// <summary>Takes the next message from the server; control frames are kept apart.</summary>
    bool TryReceive(out byte[] message);

    /// <summary>The server's Close, once it arrived.</summary>
    (int Code, string Reason)? ServerClose { get; }

    /// <summary>The server let go of the link.</summary>
    bool HasEnded { get; }

    /// <summary>Begins the closing handshake, or answers it.</summary>
    void Close(int code, string reason);

    /// <summary>Goes away without a word.</summary>
    void Abort();
}
