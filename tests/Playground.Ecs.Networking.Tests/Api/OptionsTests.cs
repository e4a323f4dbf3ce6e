using System.Security.Cryptography.X509Certificates;
using Playground.Ecs.Networking.Sockets;
using Playground.Ecs.Networking.Testing.Links;

namespace Playground.Ecs.Networking.Tests.Api;

/// <summary>Values that cannot work are refused at the start, by name.</summary>
public sealed class OptionsTests
{
    private static readonly NetworkingOptions Good = new();

    public static IEnumerable<TestCaseData> Bad()
    {
        yield return Case("Port", Good with { Port = -1 });
        yield return Case("Port", Good with { Port = 65_536 });
        yield return Case("Path", Good with { Path = "ws" });
        yield return Case("Path", Good with { EchoPath = "echo" });
        yield return Case("Path", Good with { EchoPath = "/ws" });
        yield return Case("Certificate", Good with { Certificate = X509CertificateLoader.LoadCertificate(TestCertificate.Localhost.RawData) });
        yield return Case("Certificate", Good with { Listens = false, Certificate = TestCertificate.Localhost });
        yield return Case("ConfigureHttp", Good with { Listens = false, ConfigureHttp = static _ => { } });
        yield return Case("EchoPath", Good with { Listens = false, EchoPath = "/echo" });
        yield return Case("Listens", Good with { Listens = false, Transport = new SocketTransport() });
        yield return Case("FrameRate", Good with { FrameRate = 0 });
        yield return Case("FrameRate", Good with { FrameRate = 1_001 });
        yield return Case("SendQueueBytes", Good with { SendQueueBytes = 524_287 });
        yield return Case("SendQueueBytes", Good with { SendQueueBytes = int.MaxValue });
        yield return Case("SendBudgetBytes", Good with { SendBudgetBytes = 65_535 });
        yield return Case("HeartbeatTimeout", Good with { HeartbeatTimeout = TimeSpan.FromSeconds(1) });
        yield return Case("HeartbeatInterval", Good with { HeartbeatInterval = TimeSpan.Zero });
        yield return Case("PingInterval", Good with { PingInterval = TimeSpan.Zero });
        yield return Case("HandshakeTimeout", Good with { HandshakeTimeout = TimeSpan.Zero });
        yield return Case("HelloTimeout", Good with { HelloTimeout = TimeSpan.FromTicks(-1) });
        yield return Case("MessageTimeout", Good with { MessageTimeout = TimeSpan.Zero });
        yield return Case("CloseTimeout", Good with { CloseTimeout = TimeSpan.Zero });
        yield return Case("ShutdownTimeout", Good with { ShutdownTimeout = TimeSpan.Zero });
        yield return Case("RetryAfter", Good with { RetryAfter = TimeSpan.FromTicks(-1) });
        yield return Case("EchoMessageBytesMax", Good with { EchoMessageBytesMax = 0 });
        yield return Case("ConnectionsMax", Good with { ConnectionsMax = 0 });
        yield return Case("HandshakesMax", Good with { HandshakesMax = 0 });
        yield return Case("HandshakeBytesMax", Good with { HandshakeBytesMax = 0 });
        yield return Case("MessageFragmentsMax", Good with { MessageFragmentsMax = 0 });
        yield return Case("SocketSendBufferBytes", Good with { SocketSendBufferBytes = 0 });
        yield return Case("InlineSendLinksMax", Good with { InlineSendLinksMax = -1 });
        yield return Case("MaxPacketBytes", Good with { MaxPacketBytes = 0 });
        yield return Case("ReceiveBudgetBytes", Good with { ReceiveBudgetBytes = 0 });
        yield return Case("ReceiveBudgetPackets", Good with { ReceiveBudgetPackets = 0 });
        yield return Case("CriticalSendsPerFrameMax", Good with { CriticalSendsPerFrameMax = -1 });
        yield return Case("InboxPacketsMax", Good with { InboxPacketsMax = 0 });
        yield return Case("InboxBytesMax", Good with { InboxBytesMax = 0 });
        yield return Case("InboxBytesMax (262143) must be at least MaxPacketBytes", Good with { InboxBytesMax = (256 * 1024) - 1 });
        yield return Case("PostedCallsMax", Good with { PostedCallsMax = 0 });
        yield return Case("PostedBytesMax", Good with { PostedBytesMax = 0 });
        yield return Case("SubscriptionsMax", Good with { SubscriptionsMax = 0 });
        yield return Case("ClientChannelsMax", Good with { ClientChannelsMax = 0 });
        yield return Case("RequestTimeout", Good with { RequestTimeout = TimeSpan.Zero });
        yield return Case("RequestsPendingMax", Good with { RequestsPendingMax = 0 });
        yield return Case("PooledBytesMax", Good with { PooledBytesMax = -1 });
        yield return Case("RefusalsMax", Good with { RefusalsMax = 0 });
        yield return Case("HelloTimeout", Good with { HelloTimeout = TimeSpan.FromSeconds(11) });
        yield return Case("HandlerBudget", Good with { HandlerBudget = TimeSpan.Zero });
        yield return Case("PacketsPerSecond", Good with { PacketsPerSecond = 0 });
        yield return Case("BytesPerSecond", Good with { BytesPerSecond = 0 });
        yield return Case("ControlRequestsPerSecond", Good with { ControlRequestsPerSecond = 0 });
        yield return Case("RateLimitTimeout", Good with { RateLimitTimeout = TimeSpan.Zero });
        yield return Case("PingsPerSecond", Good with { PingsPerSecond = 0 });
        yield return Case("ResumeGuessesPerMinute", Good with { ResumeGuessesPerMinute = 0 });
        yield return Case("ConnectionsPerAddressMax", Good with { ConnectionsPerAddressMax = 0 });
        yield return Case("HandshakesPerAddressMax", Good with { HandshakesPerAddressMax = 0 });
        yield return Case("HandshakesPerAddressPerSecond", Good with { HandshakesPerAddressPerSecond = 0 });
        yield return Case("AllowedOrigins: 'game.example'", Good with { AllowedOrigins = ["game.example"] });
        yield return Case("AllowedOrigins: 'ftp://x'", Good with { AllowedOrigins = ["*", "ftp://x"] });
        yield return Case("AllowedHosts: 'game.example:80'", Good with { AllowedHosts = ["game.example:80"] });
        yield return Case("AllowedHosts: ''", Good with { AllowedHosts = [""] });
    }

    [TestCaseSource(nameof(Bad))]
    public async Task A_value_that_cannot_work_is_named(string name, NetworkingOptions options)
    {
        await using var system = new NetworkingSystem(options);
        var error = (await system.InitializeAsync()).Error;
        Assert.That(error, Is.InstanceOf<NetworkError.InvalidArgument>());
        Assert.That(error!.Message, Does.Contain(name));
        Assert.That(system.LocalEndPoint, Is.Null);
    }

    [Test]
    public void The_defaults_work() => Assert.That(Good.Validate(), Is.Null);

    [Test]
    public async Task An_address_that_cannot_be_bound_is_named([Values("203.0.113.1", "not an address")] string host)
    {
        await using var system = new NetworkingSystem(new NetworkingOptions { Host = host, Port = 0 });
        var error = (await system.InitializeAsync()).Error;
        Assert.That(error, Is.Not.Null);
        Assert.That(error!.Message, Does.Contain(host));
    }

    private static TestCaseData Case(string name, NetworkingOptions options) => new TestCaseData(name, options).SetArgDisplayNames(name);
}
