using Playground.Ecs.Networking.Links;
using Playground.Ecs.Networking.Sockets;
using Playground.Ecs.Networking.Tests.Links;

namespace Playground.Ecs.Networking.Tests.Sockets;

/// <summary>The conformance of sockets whose sends run on the loop's thread.</summary>
[TestFixture]
public sealed class SocketTransportConformance : WebSocketConformance
{
    protected override ITransport CreateTransport() => new SocketTransport();
}

/// <summary>The conformance of sockets whose sends run on the send thread.</summary>
[TestFixture]
public sealed class SocketTransportThreadedConformance : WebSocketConformance
{
    protected override NetworkingOptions Configure(NetworkingOptions options) => options with { InlineSendLinksMax = 0 };

    protected override ITransport CreateTransport() => new SocketTransport();
}

/// <summary>Sessions over sockets.</summary>
[TestFixture]
public sealed class SocketSessionConformance : SessionConformance
{
    protected override ITransport CreateTransport() => new SocketTransport();
}
