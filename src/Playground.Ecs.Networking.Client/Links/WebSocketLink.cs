using System.Globalization;
using System.Net;
using System.Net.WebSockets;
using System.Text;
using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.Client.Links;

/// <summary>A link over the framework's WebSocket. Owner of the socket.</summary>
internal sealed class WebSocketLink(ClientWebSocket socket) : ClientLink
{
    // RFC 6455, section 5.5: a control frame has 125 bytes, two of which are the code.
    private const int ReasonBytesMax = 123;

    /// <summary>Opens a WebSocket as the options say.</summary>
    /// <exception cref="OperationCanceledException">Called off, or too late.</exception>
    public static async ValueTask<LinkOpening> OpenAsync(ClientOptions options, CancellationToken cancellationToken)
    {
        var socket = new ClientWebSocket();
        try
        {
            socket.Options.AddSubProtocol(ProtocolLimits.Subprotocol);
            socket.Options.CollectHttpResponseDetails = true;

            // The protocol has pings of its own.
            socket.Options.KeepAliveInterval = TimeSpan.Zero;
            options.ConfigureWebSocket?.Invoke(socket.Options);
            await socket.ConnectAsync(options.Uri, cancellationToken).ConfigureAwait(false);
            return new LinkOpening(new WebSocketLink(socket));
        }
        catch (WebSocketException exception)
        {
            var refusal = new LinkOpening(null, Describe(socket, exception), RetryAfter(socket));
            socket.Dispose();
            return refusal;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public override async ValueTask<LinkRead> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        var length = 0;
        try
        {
            while (true)
            {
                var part = await socket.ReceiveAsync(buffer[length..], cancellationToken).ConfigureAwait(false);
                if (part.MessageType == WebSocketMessageType.Close) return await EndAsync(cancellationToken).ConfigureAwait(false);
                if (part.MessageType == WebSocketMessageType.Text) return new LinkRead(LinkReadKind.Text);
                length += part.Count;
                if (part.EndOfMessage || length == buffer.Length) return new LinkRead(LinkReadKind.Message, length);
            }
        }
        catch (Exception exception) when (IsEnd(exception, cancellationToken))
        {
            return new LinkRead(LinkReadKind.End, 0, (ushort)CloseCode.Abnormal, exception.Message);
        }
    }

    public override async ValueTask<bool> WriteAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken)
    {
        try
        {
            await socket.SendAsync(message, WebSocketMessageType.Binary, endOfMessage: true, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (Exception exception) when (IsEnd(exception, cancellationToken))
        {
            // Reading finds the end too, and says how it came.
            return false;
        }
    }

    public override async ValueTask CloseAsync(ushort code, string reason, CancellationToken cancellationToken)
    {
        try
        {
            await socket.CloseOutputAsync((WebSocketCloseStatus)code, Shorten(reason), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (IsEnd(exception, cancellationToken))
        {
            socket.Abort();
        }
    }

    public override void Abort() => socket.Abort();

    public override void Dispose() => socket.Dispose();

    // Abort cancels what is under way with a token of its own.
    private static bool IsEnd(Exception exception, CancellationToken cancellationToken) =>
        exception is WebSocketException or IOException or ObjectDisposedException or InvalidOperationException ||
        (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested);

    private static string Describe(ClientWebSocket socket, WebSocketException exception) => socket.HttpStatusCode is var status && status != 0
        ? $"the server refused the WebSocket with HTTP {(int)status}"
        : exception.InnerException?.Message ?? exception.Message;

    // In seconds; a date would need the wall clock, and a server of ours sends none.
    private static TimeSpan? RetryAfter(ClientWebSocket socket)
    {
        if (socket.HttpStatusCode != HttpStatusCode.ServiceUnavailable || socket.HttpResponseHeaders is not { } headers) return null;
        return headers.TryGetValue("Retry-After", out var values) &&
            int.TryParse(values.FirstOrDefault(), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? TimeSpan.FromSeconds(seconds)
            : null;
    }

    private static string Shorten(string reason)
    {
        if (Encoding.UTF8.GetByteCount(reason) <= ReasonBytesMax) return reason;
        var length = ReasonBytesMax;
        while (Encoding.UTF8.GetByteCount(reason.AsSpan(0, Math.Min(length, reason.Length))) > ReasonBytesMax) length--;
        return reason[..Math.Min(length, reason.Length)];
    }

    private async ValueTask<LinkRead> EndAsync(CancellationToken cancellationToken)
    {
        var code = (ushort)(socket.CloseStatus ?? (WebSocketCloseStatus)CloseCode.NoStatus);
        var reason = socket.CloseStatusDescription ?? string.Empty;
        if (socket.State == WebSocketState.CloseReceived) await AnswerCloseAsync(cancellationToken).ConfigureAwait(false);
        return new LinkRead(LinkReadKind.End, 0, code, reason);
    }

    // A code of the server's that may not be sent back, or a write under way, makes it a plain end.
    private async ValueTask AnswerCloseAsync(CancellationToken cancellationToken)
    {
        try
        {
            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (IsEnd(exception, cancellationToken) || exception is OperationCanceledException)
        {
            socket.Abort();
        }
    }
}
