using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Simulation.Time;

namespace Playground.Ecs.Networking.Simulation.Network;

/// <summary>
/// Passes everything on, and makes one number of it: when which packet was where. Payloads are left out, since resume tokens are
/// random.
/// </summary>
internal sealed class LinkDigest(ILinkObserver observer, VirtualTime time) : ILinkObserver
{
    // FNV-1a: the same on every machine.
    private const ulong Prime = 0x100000001B3;

    /// <summary>The number so far.</summary>
    public ulong Value { get; private set; } = 0xCBF29CE484222325;

    public void ServerWrote(SimulatedLink link, ReadOnlySpan<byte> message, int pings)
    {
        Add(0, link, message);
        Add((ulong)pings);
        observer.ServerWrote(link, message, pings);
    }

    public void ServerGets(SimulatedLink link, ReadOnlySpan<byte> message)
    {
        Add(1, link, message);
        observer.ServerGets(link, message);
    }

    public void ClientWrote(SimulatedLink link, ReadOnlySpan<byte> message)
    {
        Add(2, link, message);
        observer.ClientWrote(link, message);
    }

    public void ClientGets(SimulatedLink link, ReadOnlySpan<byte> message)
    {
        Add(3, link, message);
        observer.ClientGets(link, message);
    }

    private void Add(ulong place, SimulatedLink link, ReadOnlySpan<byte> message)
    {
        Add(place);
        Add((ulong)link.Client);
        Add((ulong)time.Now);
        var reader = new PacketReader(message);
        while (reader.TryRead(out var header, out _))
        {
            Add(((ulong)header.Channel.Value << 48) | ((ulong)header.Type << 32) | ((ulong)header.Sequence << 16) | ((ulong)header.Priority << 8) | (ulong)header.Flags);
            Add((ulong)header.PayloadLength);
        }
    }

    private void Add(ulong value)
    {
        for (var i = 0; i < sizeof(ulong); i++, value >>= 8) Value = (Value ^ (value & 0xFF)) * Prime;
    }
}
