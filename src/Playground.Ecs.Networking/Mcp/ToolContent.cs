namespace Playground.Ecs.Networking.Mcp;

/// <summary>A piece of a tool's result, as a model gets it (MCP, ContentBlock): a closed hierarchy.</summary>
public abstract record ToolContent
{
    private protected ToolContent()
    {
    }

    /// <summary>Words.</summary>
    public sealed record Text(string Value) : ToolContent;

    /// <summary>A picture.</summary>
    /// <param name="Data">The file's bytes.</param>
    /// <param name="MimeType">What they are, for instance <c>image/png</c>.</param>
    public sealed record Image(ReadOnlyMemory<byte> Data, string MimeType) : ToolContent;

    /// <summary>A sound.</summary>
    /// <param name="Data">The file's bytes.</param>
    /// <param name="MimeType">What they are, for instance <c>audio/wav</c>.</param>
    public sealed record Audio(ReadOnlyMemory<byte> Data, string MimeType) : ToolContent;

    /// <summary>A resource with its contents.</summary>
    /// <param name="Contents">Its address and what is there.</param>
    public sealed record Resource(ResourceContents Contents) : ToolContent;

    /// <summary>The address of a resource, for the model to read.</summary>
    /// <param name="Uri">Its address.</param>
    /// <param name="Name">Its name.</param>
    /// <param name="MimeType">What is there; null: not said.</param>
    public sealed record Link(string Uri, string Name, string? MimeType = null) : ToolContent;
}
