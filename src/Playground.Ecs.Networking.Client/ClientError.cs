using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.Client;

/// <summary>
/// What the server said about a packet that asked for no answer, or this client about one that it could not send after all.
/// </summary>
/// <param name="ChannelId">The channel that the packet was sent to.</param>
/// <param name="PacketType">The packet's type.</param>
/// <param name="Error">What is wrong.</param>
public readonly record struct ClientError(ChannelId ChannelId, ushort PacketType, NetworkError Error);
