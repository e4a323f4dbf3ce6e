using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Http;
using Playground.Ecs.Networking.Protocol;

namespace Playground.Demo;

/// <summary>The page at "/": what runs where.</summary>
internal static class DemoPage
{
    public static IResult Answer(HttpRequest request, DemoOptions options) =>
        Results.Content(Html(HtmlEncoder.Default.Encode(request.Host.Value ?? ""), request.IsHttps ? "s" : "", options), "text/html; charset=utf-8");

    private static string Html(string host, string secure, DemoOptions options) =>
        $"""
        <!doctype html>
        <html lang="en">
        <head><meta charset="utf-8"><title>Playground arena</title></head>
        <body>
        <h1>Playground arena</h1>
        <p>{options.Bots} bots move at {options.FrameRate} frames a second; every connected peer gets a body of its own.</p>
        <dl>
        <dt>WebSocket</dt><dd><code>ws{secure}://{host}/ws</code>, subprotocol <code>{ProtocolLimits.Subprotocol}</code></dd>
        <dt>Channels, by name</dt><dd><code>echo</code> returns each packet and answers each request with its body, <code>chat</code> relays, <code>arena</code> publishes positions</dd>
        <dt>Tools for language models (MCP)</dt><dd><code>http{secure}://{host}{DemoNetworking.McpPath}</code></dd>
        <dt>Health</dt><dd><a href="{DemoNetworking.HealthPath}"><code>http{secure}://{host}{DemoNetworking.HealthPath}</code></a></dd>
        {(options.WsEcho ? $"<dt>Plain WebSocket echo</dt><dd><code>ws{secure}://{host}{DemoNetworking.EchoPath}</code></dd>" : "")}
        </dl>
        </body>
        </html>
        """;
}
