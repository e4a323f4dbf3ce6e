using Playground.Ecs.Networking.Sockets;

namespace Playground.Ecs.Networking.Kestrel;

/// <summary>A transport that takes WebSockets which an HTTP server has upgraded.</summary>
internal interface IUpgradeTarget
{
    /// <summary>Where they go; null before the start. Any thread.</summary>
    LinkSet? Links { get; }
}
