using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Playground.Ecs.Networking.Browser.Serving;

namespace Playground.Ecs.Networking.Browser;

/// <summary>The embedded pages on an HTTP server of the application: <c>ConfigureHttp = app => app.MapPages("arena")</c>.</summary>
public static class PageEndpoints
{
    private static readonly Lazy<AssetCatalog> Embedded = new(static () => AssetCatalog.Of(typeof(PageEndpoints).Assembly));

    /// <summary>
    /// Maps every embedded page to its name (/inspector), and the files that pages refer to, for GET and HEAD: with content type, entity tag, caching,
    /// compression and a strict content security policy (RFC 9110, CSP Level 3). Nothing else is served, whatever the path.
    /// </summary>
    /// <param name="endpoints">The application, or a part of it without a path of its own.</param>
    /// <param name="home">The page that is at / too; null: none.</param>
    /// <param name="without">A page that is left out; null: none.</param>
    /// <returns>Whether that page exists; none does when the build found no Node.js.</returns>
    public static bool MapPages(this IEndpointRouteBuilder endpoints, string? home = null, string? without = null) =>
        endpoints.MapPages(Embedded.Value, home, without);

    internal static bool MapPages(this IEndpointRouteBuilder endpoints, AssetCatalog catalog, string? home, string? without = null)
    {
        var hasHome = false;
        foreach (var asset in catalog.Assets)
        {
            var address = asset.IsPage ? Path.GetFileNameWithoutExtension(asset.Path) : asset.Path;
            if (asset.IsPage && address == without) continue;
            Map(endpoints, $"/{address}", asset);
            if (!asset.IsPage || address != home) continue;
            Map(endpoints, "/", asset);
            hasHome = true;
        }

        return hasHome;
    }

    private static void Map(IEndpointRouteBuilder endpoints, string path, Asset asset) =>
        endpoints.MapMethods(path, [HttpMethods.Get, HttpMethods.Head], (RequestDelegate)(context => AssetAnswer.WriteAsync(context, asset)));
}
