namespace Playground.Ecs.Networking.Simulation.Checks;

/// <summary>One reliable packet of the application, until it is known what became of it.</summary>
/// <param name="order">Its number among everything that its sender sent.</param>
internal sealed class ReliableSend(uint order)
{
    public uint Order => order;

    /// <summary>What the sender was told in the end; null: nothing yet, or nobody waits.</summary>
    public NetworkResult? Result { get; set; }

    /// <summary>The receiver's application got it.</summary>
    public bool IsDelivered { get; set; }

    /// <summary>The receiver is none any more.</summary>
    public bool IsWithdrawn { get; set; }
}

/// <summary>The reliable packets that one application sent to another in one lane: each arrives once, in order.</summary>
internal sealed class ReliableStream(string name)
{
    private readonly List<ReliableSend> _sends = [];
    private int _next;

    public IReadOnlyList<ReliableSend> Sends => _sends;

    /// <summary>Packets that were not delivered and come before none that was.</summary>
    public int Missing => _sends.Count - _next;

    /// <summary>The sender's call was accepted.</summary>
    public ReliableSend Add(uint order)
    {
        var send = new ReliableSend(order);
        Add(send);
        return send;
    }

    /// <inheritdoc cref="Add(uint)"/>
    public void Add(ReliableSend send) => _sends.Add(send);

    /// <summary>The receiver's application got the packet of a number.</summary>
    /// <param name="order">The number.</param>
    /// <param name="maySkip">The sender's session may have ended in between: what failed with it is left out.</param>
    public void Deliver(uint order, bool maySkip)
    {
        var index = _next;
        while (index < _sends.Count && _sends[index].Order != order) index++;
        if (index == _sends.Count) throw new SimulationFailedException($"{name}: packet #{order} was delivered twice, out of order, or though its call failed");
        if (index > _next && !maySkip) throw new SimulationFailedException($"{name}: packet #{order} was delivered, but #{_sends[_next].Order} was not");
        _sends[index].IsDelivered = true;
        _next = index + 1;
    }

    /// <inheritdoc/>
    public override string ToString() => name;

    /// <summary>After everything has come to rest: what was acknowledged was delivered.</summary>
    public void Check()
    {
        foreach (var send in _sends)
        {
            if (send.Result is { IsOk: true } && !send.IsDelivered && !send.IsWithdrawn) throw new SimulationFailedException($"{name}: packet #{send.Order} was acknowledged and never delivered");
        }
    }
}
