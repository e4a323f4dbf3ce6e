using System.Net;
using System.Net.Sockets;

namespace Playground.Ecs.Networking.Links;

/// <summary>What counts as one peer's address where something is limited by address.</summary>
internal static class PeerAddress
{
    private const int PrefixBytes = 8;

    /// <summary>Whether a peer is on this machine; one without an address is within the process or the machine.</summary>
    public static bool IsOfThisMachine(IPAddress? remote) =>
        remote is null || IPAddress.IsLoopback(remote.IsIPv4MappedToIPv6 ? remote.MapToIPv4() : remote);

    /// <summary>An IPv4 address as such, of an IPv6 one its /64: whoever has one of these has them all. Null where there is none.</summary>
    public static IPAddress? Of(IPEndPoint? remote)
    {
        if (remote?.Address is not { AddressFamily: AddressFamily.InterNetworkV6 } address) return remote?.Address;
        if (address.IsIPv4MappedToIPv6) return address.MapToIPv4();
        var bytes = address.GetAddressBytes();
        Array.Clear(bytes, PrefixBytes, bytes.Length - PrefixBytes);
        return new IPAddress(bytes);
    }
}
