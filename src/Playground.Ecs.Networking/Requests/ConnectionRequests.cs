namespace Playground.Ecs.Networking.Requests;

/// <summary>
/// The unanswered questions of one peer and to it. Each direction has numbers of its own (PROTOCOL.md, section 6). Loop thread only.
/// </summary>
internal sealed class ConnectionRequests
{
    private uint _lastId;

    /// <summary>What the peer asked, by its own numbers.</summary>
    public Dictionary<uint, PendingRequest> Received { get; } = [];

    /// <summary>What the peer was asked, by this side's numbers.</summary>
    public Dictionary<uint, PendingRequest> Asked { get; } = [];

    /// <summary>A number that is free among <paramref name="pending"/>.</summary>
    public uint NextId(Dictionary<uint, PendingRequest> pending)
    {
        do _lastId = unchecked(_lastId + 1);
        while (pending.ContainsKey(_lastId));
        return _lastId;
    }
}
