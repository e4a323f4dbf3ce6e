using Playground.Ecs.Networking.Links;
using Playground.Ecs.Networking.Tests.Links;

namespace Playground.Ecs.Networking.Fleck.Tests;

/// <summary>The conformance of Fleck's links whose sends run on the loop's thread.</summary>
[TestFixture]
public sealed class FleckTransportConformance : WebSocketConformance
{
    protected override ITransport CreateTransport() => new FleckTransport();
}

/// <summary>The conformance of Fleck's links whose sends run on the send thread.</summary>
[TestFixture]
public sealed class FleckTransportThreadedConformance : WebSocketConformance
{
    protected override NetworkingOptions Configure(NetworkingOptions options) => options with { InlineSendLinksMax = 0 };

    protected override ITransport CreateTransport() => new FleckTransport();
}

/// <summary>Sessions over Fleck.</summary>
[TestFixture]
public sealed class FleckSessionConformance : SessionConformance
{
    protected override ITransport CreateTransport() => new FleckTransport();
}
