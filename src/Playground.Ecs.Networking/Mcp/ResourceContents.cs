namespace Playground.Ecs.Networking.Mcp;

/// <summary>What is at a resource's address: text or bytes. Immutable.</summary>
public sealed record ResourceContents
{
    private ResourceContents(string uri, string mimeType)
    {
        Uri = uri;
        MimeType = mimeType;
    }

    /// <summary>The address.</summary>
    public string Uri { get; }

    /// <summary>What it is, for instance <c>application/json</c>.</summary>
    public string MimeType { get; }

    /// <summary>The text; null: <see cref="Bytes"/> count.</summary>
    public string? Text { get; private init; }

    /// <summary>The bytes, where there is no <see cref="Text"/>.</summary>
    public ReadOnlyMemory<byte> Bytes { get; private init; }

    /// <summary>Text.</summary>
    public static ResourceContents FromText(string uri, string text, string mimeType = "text/plain") => new(uri, mimeType) { Text = text };

    /// <summary>Bytes, which must not change any more.</summary>
    public static ResourceContents FromBytes(string uri, ReadOnlyMemory<byte> bytes, string mimeType) => new(uri, mimeType) { Bytes = bytes };
}
