using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.Logging;
using Playground.Ecs.Networking.Sockets;

namespace Playground.Ecs.Networking.Kestrel;

/// <summary>
/// The WebSocket's path inside an HTTP server: judges the request as the acceptor does, upgrades it (RFC 6455 over HTTP/1.1,
/// RFC 8441 over HTTP/2), and keeps the request alive as long as its link. Any thread.
/// </summary>
/// <param name="links">Where links go; null while there is no server.</param>
/// <param name="isMapped">The port is an application's, not the transport's.</param>
/// <param name="logger">Where links log.</param>
/// <param name="stopping">Cancelled when the host of the connections stops: its links are closed with 1001 then.</param>
internal sealed class UpgradeEndpoint(Func<LinkSet?> links, bool isMapped, ILogger logger, CancellationToken stopping)
{
    /// <summary>Serves one request to the path, whatever it asks for.</summary>
    public async Task ServeLinkAsync(HttpContext context)
    {
        var set = links();
        var request = UpgradeRequest.From(context.Request.Method, context.Request.Headers);
        var refusal = set is { Accepts: true } && !stopping.IsCancellationRequested
            ? Judge(context, request, anySubprotocol: false, set.Options)
            : UpgradeRefusal.Stopping;
        var source = default(RequestSource);
        if (refusal is null)
        {
            var gate = isMapped ? set!.MappedGate : set!.Gate;
            refusal = gate.Judge(request, SourceOf(context, request), out source) ?? set.Admit(source.Remote);
        }

        if (refusal is null)
        {
            await BeginLinkAsync(context, request, set!, source).ConfigureAwait(false);
            return;
        }

        set?.Refused.Count(refusal.Kind);
        await RefuseAsync(context, refusal).ConfigureAwait(false);
    }

    /// <summary>Serves one request to the echo path.</summary>
    public static async Task ServeEchoAsync(HttpContext context, EchoEndpoint echo, LinkSet set)
    {
        var request = UpgradeRequest.From(context.Request.Method, context.Request.Headers);
        var refusal = Judge(context, request, anySubprotocol: true, set.Options)
            ?? set.Gate.Judge(request, SourceOf(context, request), out _)
            ?? (echo.TryReserve() ? null : UpgradeRefusal.Full);
        if (refusal is not null)
        {
            set.Refused.Count(refusal.Kind);
            await RefuseAsync(context, refusal).ConfigureAwait(false);
            return;
        }

        if (await TryUpgradeAsync(context, request, subprotocol: null).ConfigureAwait(false) is { } stream)
        {
            await echo.ServeAsync(stream, [], endSending: null).ConfigureAwait(false);
        }
        else
        {
            echo.Release();
        }
    }

    /// <summary>Refuses an upgrade on a connection that has carried other requests before.</summary>
    public static Task RefuseUsedAsync(HttpContext context) =>
        RefuseAsync(context, UpgradeRefusal.UpgradeRequired("open a new connection for the WebSocket: this one has carried other requests"));

    private async Task BeginLinkAsync(HttpContext context, UpgradeRequest request, LinkSet set, RequestSource source)
    {
        var upgrade = request.ToUpgrade(source);
        if (await TryUpgradeAsync(context, request, upgrade.Subprotocol).ConfigureAwait(false) is not { } stream)
        {
            set.Release(source.Remote);
            return;
        }

        using var stop = new CancellationTokenSource();
        var link = new UpgradedLink(set, stream, context.Features, !IsConnect(context), upgrade, logger, stop.Token);
        if (!set.TryAdd(link))
        {
            set.Release(source.Remote);
            context.Abort();
            return;
        }

        await using var leaving = stopping.Register(() => set.CloseSoon(link)).ConfigureAwait(false);
        await link.ServeAsync(stop).ConfigureAwait(false);
    }

    private static UpgradeRefusal? Judge(HttpContext context, UpgradeRequest request, bool anySubprotocol, NetworkingOptions options)
    {
        if (HeadBytes(context.Request) > options.HandshakeBytesMax) return UpgradeRefusal.HeadTooLarge;
        if (IsConnect(context)) return request.JudgeConnect(anySubprotocol);
        return request.Judge(anySubprotocol) ?? (context.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true }
            ? null
            : UpgradeRefusal.UpgradeRequired("this connection cannot be upgraded: use HTTP/1.1"));
    }

    private static bool IsConnect(HttpContext context) =>
        context.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true, Protocol: "websocket" };

    private static long HeadBytes(HttpRequest request)
    {
        long bytes = request.Method.Length + request.Path.Value!.Length + request.QueryString.Value!.Length;
        foreach (var (name, values) in request.Headers)
        {
            foreach (var value in values) bytes += name.Length + (value?.Length ?? 0) + 4;
        }

        return bytes;
    }

    // The application may have understood forwarded headers already: what it made of them is the connection's then.
    private static RequestSource SourceOf(HttpContext context, UpgradeRequest request)
    {
        var connection = context.Connection;
        var remote = connection.RemoteIpAddress is { } address ? new IPEndPoint(address, connection.RemotePort) : null;
        return new RequestSource(remote, context.Request.IsHttps, context.Request.Host.HasValue ? context.Request.Host.Value : request.Host);
    }

    /// <returns>Null where the client is gone already.</returns>
    private static async Task<Stream?> TryUpgradeAsync(HttpContext context, UpgradeRequest request, string? subprotocol)
    {
        LiftLimits(context.Features);
        if (subprotocol is not null) context.Response.Headers.SecWebSocketProtocol = subprotocol;
        try
        {
            if (IsConnect(context)) return await context.Features.GetRequiredFeature<IHttpExtendedConnectFeature>().AcceptAsync().ConfigureAwait(false);
            context.Response.Headers.Upgrade = "websocket";
            context.Response.Headers.SecWebSocketAccept = UpgradeAcceptance.Answer(request.Key);
            return await context.Features.GetRequiredFeature<IHttpUpgradeFeature>().UpgradeAsync().ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            return null;
        }
    }

    // What a server asks of requests with an end: a link has deadlines and limits of its own.
    private static void LiftLimits(IFeatureCollection features)
    {
        if (features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size) size.MaxRequestBodySize = null;
        if (features.Get<IHttpMinRequestBodyDataRateFeature>() is { } requestRate) requestRate.MinDataRate = null;
        if (features.Get<IHttpMinResponseDataRateFeature>() is { } responseRate) responseRate.MinDataRate = null;
    }

    private static Task RefuseAsync(HttpContext context, UpgradeRefusal refusal)
    {
        context.Response.StatusCode = refusal.Status;
        context.Response.ContentType = "text/plain";
        foreach (var (name, value) in refusal.Headers)
        {
            // HTTP/2 has no headers about the connection.
            if (HttpProtocol.IsHttp11(context.Request.Protocol) || name is not ("Connection" or "Upgrade")) context.Response.Headers[name] = value;
        }

        return context.Response.WriteAsync(refusal.Text + "\n");
    }
}
