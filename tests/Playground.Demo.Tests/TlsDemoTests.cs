using System.Net.WebSockets;
using Playground.Demo.Tests.Interop;
using Playground.Ecs.Networking.Testing.Links;

namespace Playground.Demo.Tests;

/// <summary>The demo with a certificate.</summary>
[TestFixture("sockets")]
[TestFixture("kestrel")]
public sealed class TlsDemoTests(string transport)
{
    private const string Password = "a password";

    private string _file = "";

    [SetUp]
    public void WriteCertificate()
    {
        _file = Path.GetTempFileName();
        File.WriteAllBytes(_file, TestCertificate.ToPfx(Password));
    }

    [TearDown]
    public void DeleteCertificate() => File.Delete(_file);

    [Test]
    public async Task A_certificate_makes_it_speak_wss_and_https()
    {
        await using var demo = await RunningDemo.StartAsync(
            new DemoOptions { Bots = 0, Transport = transport, CertificateFile = _file, CertificatePassword = Password });
        Assert.That(demo.WebSocketUri.Scheme, Is.EqualTo("wss"));
        Assert.That(demo.Describe(), Does.Contain($"wss://{demo.EndPoint}/ws").And.Contain($"https://{demo.EndPoint}/").And.Not.Contain("http://"));
        await using var peer = await ClientPeer.OpenAsync(demo.WebSocketUri, configure: Trust);
        Assert.That((await peer.HelloAsync()).PeerId, Is.Not.Empty);

        using var handler = new SocketsHttpHandler();
        handler.SslOptions.RemoteCertificateValidationCallback = TestCertificate.IsTheServers;
        using var http = new HttpClient(handler);
        var page = await http.GetStringAsync(new Uri($"https://{demo.EndPoint}/"));
        Assert.That(page, Does.Contain("<title>Playground arena</title>"));
    }

    [Test]
    public async Task A_wrong_password_is_an_error_that_names_the_file()
    {
        var started = await DemoHost.StartAsync(
            new DemoOptions { Port = 0, CertificateFile = _file, CertificatePassword = "another" }, Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance);
        Assert.That(started.Error!.Message, Does.Contain(_file));
    }

    private static void Trust(ClientWebSocketOptions options) => options.RemoteCertificateValidationCallback = TestCertificate.IsTheServers;
}
