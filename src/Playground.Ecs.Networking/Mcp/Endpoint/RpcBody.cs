using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Playground.Ecs.Networking.Mcp.Endpoint;

/// <summary>A request's body, read whole, and what the endpoint has to know of it before the SDK sees it. Immutable.</summary>
internal sealed class RpcBody
{
    private const string Meta = "io.modelcontextprotocol/";
    private const int FirstBytes = 4 * 1024;

    private RpcBody(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object) return;
        Method = Text(root, "method");
        Id = root.TryGetProperty("id", out var id) ? id.Clone() : default;
        if (!TryObject(root, "params", out var parameters) || !TryObject(parameters, "_meta", out var meta)) return;
        Version = Text(meta, Meta + "protocolVersion");
        if (!TryObject(meta, Meta + "clientInfo", out var client)) return;
        ClientName = Text(client, "name");
        ClientVersion = Text(client, "version");
    }

    /// <summary>The method; null where there is none.</summary>
    public string? Method { get; }

    /// <summary>The request's id; undefined for a notification.</summary>
    public JsonElement Id { get; }

    /// <summary>The revision of the protocol that the newer era says in every request; null in the older one.</summary>
    public string? Version { get; }

    /// <summary>What the newer era's client calls itself; null where it does not.</summary>
    public string? ClientName { get; }

    public string? ClientVersion { get; }

    /// <summary>Reads the body, and puts it back in front of whoever reads the request next.</summary>
    /// <returns>Null when the request was refused: too large (413), or not the JSON that it should be (400).</returns>
    public static async ValueTask<RpcBody?> ReadAsync(HttpContext context, McpOptions options)
    {
        if (await ReadBytesAsync(context, options.RequestBytesMax).ConfigureAwait(false) is not { } bytes)
        {
            await RpcErrors.WriteAsync(context, StatusCodes.Status413PayloadTooLarge, $"A request may have {options.RequestBytesMax} bytes (McpOptions.RequestBytesMax).")
                .ConfigureAwait(false);
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(bytes.AsMemory(), new JsonDocumentOptions { MaxDepth = options.JsonDepthMax });
            context.Request.Body = new MemoryStream(bytes.Array!, bytes.Offset, bytes.Count, writable: false);
            return new RpcBody(document.RootElement);
        }
        catch (JsonException)
        {
            var message = $"The body is no JSON, or nests deeper than {options.JsonDepthMax} levels (McpOptions.JsonDepthMax).";
            await RpcErrors.WriteAsync(context, StatusCodes.Status400BadRequest, message, RpcErrors.ParseError).ConfigureAwait(false);
            return null;
        }
    }

    private static async ValueTask<ArraySegment<byte>?> ReadBytesAsync(HttpContext context, int bytesMax)
    {
        var length = context.Request.ContentLength;
        if (length > bytesMax) return null;
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size) size.MaxRequestBodySize = null;
        var buffer = new byte[length + 1 ?? FirstBytes];
        var count = 0;
        while (true)
        {
            var read = await context.Request.Body.ReadAsync(buffer.AsMemory(count), context.RequestAborted).ConfigureAwait(false);
            if (read == 0) return new ArraySegment<byte>(buffer, 0, count);
            count += read;
            if (count > bytesMax) return null;
            if (count == buffer.Length) Array.Resize(ref buffer, (int)Math.Min(2L * count, bytesMax + 1L));
        }
    }

    private static bool TryObject(JsonElement from, string name, out JsonElement value) =>
        from.TryGetProperty(name, out value) && value.ValueKind == JsonValueKind.Object;

    private static string? Text(JsonElement from, string name) =>
        from.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
