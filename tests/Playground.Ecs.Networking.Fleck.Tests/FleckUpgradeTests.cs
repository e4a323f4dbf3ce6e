using Playground.Ecs.Networking.Links;
using Playground.Ecs.Networking.Tests.Sockets;

namespace Playground.Ecs.Networking.Fleck.Tests;

/// <summary>The sockets' tests of the opening handshake: Fleck answers what is valid, and never sees the rest.</summary>
[TestFixture]
public sealed class FleckUpgradeTests : UpgradeTests
{
    protected override ITransport CreateTransport() => new FleckTransport();
}
