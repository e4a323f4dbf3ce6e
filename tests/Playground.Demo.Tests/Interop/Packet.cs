using Playground.Ecs.Networking.Protocol;

namespace Playground.Demo.Tests.Interop;

/// <summary>A whole packet, as a client sends or got it.</summary>
internal sealed record Packet(ChannelId Channel, ushort Type, Priority Priority, byte[] Payload, int Fragments = 1);
