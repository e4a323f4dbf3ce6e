namespace Playground.Ecs.Networking.Mcp.Tests.Fixtures;

/// <summary>The conformance suite's resources.</summary>
internal static class Resources
{
    private static readonly McpResource[] All =
    [
        new("test://static-text", "static-text", "Text that stays.", "text/plain", Text("This is the content of the static text resource.")),
        new("test://static-binary", "static-binary", "A picture of one pixel.", "image/png", Binary),
        new("test://watched-resource", "watched-resource", "Text to subscribe to.", "text/plain", Text("Watched resource content.")),
        new("test://template/{id}/data", "template", "Words about an id.", "application/json", Template),
    ];

    public static async Task RegisterAsync(NetworkingSystem system)
    {
        foreach (var resource in All) (await system.RegisterMcpResourceAsync(resource)).Unwrap();
    }

    private static ResourceReader Text(string text) => (read, _) => Contents(ResourceContents.FromText(read.Uri, text));

    private static ValueTask<NetworkResult<ResourceContents>> Binary(ResourceRead read, CancellationToken cancellationToken) =>
        Contents(ResourceContents.FromBytes(read.Uri, Media.Png, "image/png"));

    private static ValueTask<NetworkResult<ResourceContents>> Template(ResourceRead read, CancellationToken cancellationToken)
    {
        var id = read.Values["id"];
        var text = $$"""{"id":"{{id}}","templateTest":true,"data":"Data for ID: {{id}}"}""";
        return Contents(ResourceContents.FromText(read.Uri, text, "application/json"));
    }

    private static ValueTask<NetworkResult<ResourceContents>> Contents(ResourceContents contents) => new(contents);
}
