using Playground.Ecs.Networking.Links;
using Playground.Ecs.Networking.Testing.Links;
using Playground.Ecs.Networking.Tests.Links;
using Playground.Ecs.Networking.Tests.Sockets;

namespace Playground.Ecs.Networking.Fleck.Tests;

/// <summary>The conformance of Fleck's links.</summary>
[TestFixture]
public sealed class FleckTransportConformance : WebSocketConformance
{
    protected override ITransport CreateTransport() => new FleckTransport();

    protected override RawWebSocket ConnectRaw(string? subprotocol = "playground.v1") =>
        RawWebSocket.Connect(Loop.EndPoint, subprotocol: subprotocol);
}

/// <summary>The sockets' tests of the opening handshake, over Fleck.</summary>
[TestFixture]
public sealed class FleckUpgradeTests : UpgradeTests
{
    protected override ITransport CreateTransport() => new FleckTransport();
}

/// <summary>The sockets' tests of the wire, over Fleck.</summary>
[TestFixture]
public sealed class FleckFramingTests : FramingTests
{
    protected override ITransport CreateTransport() => new FleckTransport();
}

/// <summary>The sockets' tests of deadlines, over Fleck.</summary>
[TestFixture]
public sealed class FleckDeadlineTests : DeadlineTests
{
    protected override ITransport CreateTransport() => new FleckTransport();
}
