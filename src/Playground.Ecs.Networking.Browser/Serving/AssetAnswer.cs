using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Playground.Ecs.Networking.Browser.Serving;

/// <summary>Answers GET and HEAD for a file: encoding, caching, and what the browser may do with it.</summary>
internal static class AssetAnswer
{
    // Nothing inline, nothing foreign; the WebSocket is of the same origin.
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; " +
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private const string Forever = "public, max-age=31536000, immutable";
    private const string AskAgain = "no-cache";

    public static Task WriteAsync(HttpContext context, Asset asset)
    {
        var variant = Choose(asset, context.Request.Headers.AcceptEncoding);
        var response = context.Response;
        WriteHeaders(response.Headers, asset, variant);
        if (IsKnown(context.Request, variant))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }

        response.ContentType = asset.ContentType;
        response.ContentLength = variant.Bytes.Length;
        if (variant.Encoding is not null) response.Headers.ContentEncoding = variant.Encoding;
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : response.Body.WriteAsync(variant.Bytes, context.RequestAborted).AsTask();
    }

    private static void WriteHeaders(IHeaderDictionary headers, Asset asset, Asset.Variant variant)
    {
        headers.ETag = variant.Tag.ToString();
        headers.CacheControl = asset.IsHashed ? Forever : AskAgain;
        headers.Vary = HeaderNames.AcceptEncoding;
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
    }

    // The client's weights say what it can read, not what it likes: the smallest of it is sent.
    private static Asset.Variant Choose(Asset asset, StringValues accepted)
    {
        if (!StringWithQualityHeaderValue.TryParseList(accepted, out var codings)) return asset.Plain;
        if (asset.Brotli is { } brotli && Accepts(codings, "br")) return brotli;
        return asset.Gzip is { } gzip && Accepts(codings, "gzip") ? gzip : asset.Plain;
    }

    private static bool Accepts(IList<StringWithQualityHeaderValue> codings, string name)
    {
        var named = codings.FirstOrDefault(coding => coding.Value.Equals(name, StringComparison.OrdinalIgnoreCase))
            ?? codings.FirstOrDefault(static coding => coding.Value.Equals("*", StringComparison.Ordinal));
        return named is not null && named.Quality is not 0.0;
    }

    private static bool IsKnown(HttpRequest request, Asset.Variant variant) =>
        EntityTagHeaderValue.TryParseList(request.Headers.IfNoneMatch, out var tags) &&
        tags.Any(tag => tag.Equals(EntityTagHeaderValue.Any) || tag.Compare(variant.Tag, useStrongComparison: false));
}
