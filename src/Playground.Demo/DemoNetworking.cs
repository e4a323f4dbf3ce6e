using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Playground.Ecs.Networking;
using Playground.Ecs.Networking.Browser;
using Playground.Ecs.Networking.Inspection;
using Playground.Ecs.Networking.Mcp;
using Playground.Ecs.Networking.Sessions;

namespace Playground.Demo;

/// <summary>From the demo's options to the networking's.</summary>
internal static class DemoNetworking
{
    public const string EchoPath = "/echo";
    public const string HealthPath = "/healthz";
    public const string McpPath = "/mcp";

    public const string InspectorPage = "inspector";

    /// <param name="demo">The command line.</param>
    /// <param name="certificate">For TLS; null: none.</param>
    /// <param name="logging">Where it logs.</param>
    /// <param name="onPages">Is told whether the build has the pages.</param>
    public static NetworkingOptions Options(DemoOptions demo, X509Certificate2? certificate, ILoggerFactory logging, Action<bool> onPages) => new()
    {
        Host = demo.Host,
        Port = demo.Port,
        Transport = DemoTransports.Create(demo.Transport),
        Certificate = certificate,
        FrameRate = demo.FrameRate,
        ResumeWindow = TimeSpan.FromSeconds(demo.ResumeSeconds),
        EchoPath = demo.WsEcho ? EchoPath : null,
        AllowClientChannels = demo.AllowClientChannels,
        AllowClientTools = demo.AllowClientChannels,
        Mcp = new McpOptions { Path = McpPath, AllowWrites = demo.McpWrite },
        Authenticate = demo.AuthToken is null ? null : RequireToken(demo.AuthToken),
        Inspector = demo.Inspector ? new InspectorOptions { AllowRemote = demo.AuthToken is not null } : null,
        ConfigureHttp = app => onPages(MapPages(app, demo)),
        LoggerFactory = logging,
    };

    // Without Node.js at the build there are no pages, and this one says what runs where.
    private static bool MapPages(WebApplication app, DemoOptions demo)
    {
        var hasPages = app.MapPages("arena", without: demo.Inspector ? null : InspectorPage);
        if (!hasPages) app.MapGet("/", (HttpRequest request) => DemoPage.Answer(request, demo));
        return hasPages;
    }

    /// <summary>Lets in who knows the token. It proves that much and no name, so everybody is a "player".</summary>
    private static Authenticate RequireToken(string token)
    {
        var expected = Digest(token);
        return (request, _) => ValueTask.FromResult(
            request.Token is not null && CryptographicOperations.FixedTimeEquals(expected, Digest(request.Token))
                ? AuthenticationResult.Accept("player")
                : AuthenticationResult.Refuse("the token is missing or wrong"));
    }

    // Digests have one length: comparing them takes a time that says nothing about the token, its length included.
    private static byte[] Digest(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}
