using Playground.Ecs.Networking.Links;
using Playground.Ecs.Networking.Tests.Sockets;

namespace Playground.Ecs.Networking.Fleck.Tests;

/// <summary>The sockets' tests of the opening handshake: Fleck answers what is valid, and never sees the rest.</summary>
[TestFixture]
public sealed class FleckUpgradeTests : UpgradeTests
{
    protected override ITransport CreateTransport() => new FleckTransport();
}

/// <summary>The sockets' tests of starting and stopping: a second server on the port is an error, and disposal ends everything.</summary>
[TestFixture]
public sealed class FleckLifecycleTests : LifecycleTests
{
    protected override ITransport CreateTransport() => new FleckTransport();
}

/// <summary>Out of descriptors, Fleck alone would never accept again.</summary>
[TestFixture]
[NonParallelizable]
[Platform("Linux")]
public sealed class FleckDescriptorTests : DescriptorTests
{
    protected override ITransport CreateTransport() => new FleckTransport();
}
