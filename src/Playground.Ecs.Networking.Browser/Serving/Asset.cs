using System.Security.Cryptography;
using Microsoft.Net.Http.Headers;

namespace Playground.Ecs.Networking.Browser.Serving;

/// <summary>A file that the server serves, in all encodings that it has. Immutable; any thread.</summary>
internal sealed class Asset
{
    private static readonly Dictionary<string, string> ContentTypes = new()
    {
        [".css"] = "text/css; charset=utf-8",
        [".html"] = "text/html; charset=utf-8",
        [".js"] = "text/javascript; charset=utf-8",
        [".json"] = "application/json",
        [".map"] = "application/json",
        [".png"] = "image/png",
        [".svg"] = "image/svg+xml",
        [".txt"] = "text/plain; charset=utf-8",
        [".webmanifest"] = "application/manifest+json",
        [".woff2"] = "font/woff2",
    };

    /// <summary>Takes the file.</summary>
    /// <param name="path">Its path with slashes, none first: assets/arena-0123ABCD.js.</param>
    /// <param name="plain">Its bytes.</param>
    /// <param name="brotli">The same as br; null where that is not worth it.</param>
    /// <param name="gzip">The same as gzip; null where that is not worth it.</param>
    /// <exception cref="ArgumentException">Nothing is known about files that are named like this one.</exception>
    public Asset(string path, byte[] plain, byte[]? brotli = null, byte[]? gzip = null)
    {
        Path = path;
        ContentType = ContentTypes.GetValueOrDefault(System.IO.Path.GetExtension(path))
            ?? throw new ArgumentException($"The content type of {path} is not known.", nameof(path));
        Plain = new Variant(plain, null);
        Brotli = brotli is null ? null : new Variant(brotli, "br");
        Gzip = gzip is null ? null : new Variant(gzip, "gzip");
    }

    public string Path { get; }

    public string ContentType { get; }

    /// <summary>Whether the build put a hash of its content into its name, so that it never changes.</summary>
    public bool IsHashed => Path.StartsWith("assets/", StringComparison.Ordinal);

    /// <summary>Whether it is a page, whose address is its name alone.</summary>
    public bool IsPage => Path.EndsWith(".html", StringComparison.Ordinal);

    public Variant Plain { get; }

    public Variant? Brotli { get; }

    public Variant? Gzip { get; }

    /// <summary>One encoding of the file, with an entity tag of its own (RFC 9110, section 8.8.3).</summary>
    internal sealed class Variant(byte[] bytes, string? encoding)
    {
        public byte[] Bytes { get; } = bytes;

        /// <summary>What Content-Encoding says; null: nothing.</summary>
        public string? Encoding { get; } = encoding;

        public EntityTagHeaderValue Tag { get; } = new($"\"{Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, 12))}\"");
    }
}
