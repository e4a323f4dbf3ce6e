namespace Playground.Ecs.Networking.Mcp;

/// <summary>
/// Reads a resource. Called on the loop's thread at the end of a frame, when all systems have updated; its awaits resume there in later frames.
/// </summary>
/// <param name="read">What was asked for.</param>
/// <param name="cancellationToken">Cancelled when nobody waits any more.</param>
/// <returns>The contents, or an error whose message the model gets.</returns>
/// <remarks>An exception is counted and logged, and the model told that the resource failed, without its text; the frame goes on.</remarks>
public delegate ValueTask<NetworkResult<ResourceContents>> ResourceReader(ResourceRead read, CancellationToken cancellationToken);

/// <summary>What a model asked to read.</summary>
/// <param name="Uri">The address.</param>
/// <param name="Values">What stands in place of the template's names, percent-decoded; empty for a resource without any.</param>
public readonly record struct ResourceRead(string Uri, IReadOnlyDictionary<string, string> Values);

/// <summary>Something that models may read; immutable.</summary>
/// <param name="Uri">
/// The address, for instance <c>world://summary</c>, or a template of many with names in braces for one path segment each (RFC 6570, level 1):
/// <c>world://body/{id}</c>.
/// </param>
/// <param name="Name">Its name.</param>
/// <param name="Description">What is there, for the model.</param>
/// <param name="MimeType">What it is, for instance <c>application/json</c>.</param>
/// <param name="Read">Reads it.</param>
public sealed record McpResource(string Uri, string Name, string Description, string MimeType, ResourceReader Read)
{
    /// <summary>True when the address is a template.</summary>
    public bool IsTemplate => Uri.Contains('{', StringComparison.Ordinal);
}
