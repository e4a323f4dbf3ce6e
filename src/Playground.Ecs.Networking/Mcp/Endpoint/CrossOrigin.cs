using Microsoft.AspNetCore.Http;

namespace Playground.Ecs.Networking.Mcp.Endpoint;

/// <summary>Tells browsers that a page of another origin, which was found allowed, may call (Fetch standard, CORS protocol).</summary>
internal static class CrossOrigin
{
    private const string Seconds = "600";

    /// <summary>Adds what a browser has to know to the response.</summary>
    /// <returns>True when the request was a browser's question alone, and is answered.</returns>
    public static bool Answer(HttpContext context)
    {
        var (request, response) = (context.Request, context.Response);
        var origin = request.Headers.Origin.ToString();
        if (origin.Length == 0) return false;
        response.Headers.Vary = "Origin";
        if (!HostRules.IsCrossOrigin(origin, request.Scheme, request.Host)) return false;
        response.Headers.AccessControlAllowOrigin = origin;
        response.Headers.AccessControlExposeHeaders = "Mcp-Session-Id, WWW-Authenticate";
        if (!HttpMethods.IsOptions(request.Method) || request.Headers.AccessControlRequestMethod.Count == 0) return false;
        response.Headers.AccessControlAllowMethods = "GET, POST, DELETE";
        response.Headers.AccessControlAllowHeaders = request.Headers.AccessControlRequestHeaders;
        response.Headers.AccessControlMaxAge = Seconds;
        response.StatusCode = StatusCodes.Status204NoContent;
        return true;
    }
}
