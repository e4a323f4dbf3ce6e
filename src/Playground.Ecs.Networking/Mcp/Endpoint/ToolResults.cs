using ModelContextProtocol.Protocol;

namespace Playground.Ecs.Networking.Mcp.Endpoint;

/// <summary>Tools and their results in the SDK's words. Pure; any thread.</summary>
internal static class ToolResults
{
    public static Tool ToProtocol(McpTool tool)
    {
        var options = tool.Options;
        return new Tool
        {
            Name = tool.Name,
            Title = options.Title,
            Description = tool.Description,
            InputSchema = tool.InputSchema,
            OutputSchema = options.OutputSchema,
            Annotations = new ToolAnnotations
            {
                Title = options.Title,
                ReadOnlyHint = options.ReadOnly,
                DestructiveHint = options.Destructive,
                IdempotentHint = options.Idempotent,
                OpenWorldHint = false,
            },
        };
    }

    public static CallToolResult ToProtocol(ToolOutput output) => new()
    {
        Content = [.. output.Content.Select(ToProtocol)],
        StructuredContent = output.Structured,
        IsError = output.IsError,
    };

    public static CallToolResult Error(string message) => new() { Content = [new TextContentBlock { Text = message }], IsError = true };

    public static ModelContextProtocol.Protocol.ResourceContents ToProtocol(ResourceContents contents) => contents.Text is { } text
        ? new TextResourceContents { Uri = contents.Uri, MimeType = contents.MimeType, Text = text }
        : BlobResourceContents.FromBytes(contents.Bytes, contents.Uri, contents.MimeType);

    private static ContentBlock ToProtocol(ToolContent content) => content switch
    {
        ToolContent.Text text => new TextContentBlock { Text = text.Value },
        ToolContent.Image image => ImageContentBlock.FromBytes(image.Data, image.MimeType),
        ToolContent.Audio audio => AudioContentBlock.FromBytes(audio.Data, audio.MimeType),
        ToolContent.Resource resource => new EmbeddedResourceBlock { Resource = ToProtocol(resource.Contents) },
        ToolContent.Link link => new ResourceLinkBlock { Uri = link.Uri, Name = link.Name, MimeType = link.MimeType },
        _ => throw new ArgumentOutOfRangeException(nameof(content), content, null),
    };
}
