using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Playground.Ecs.Networking.Mcp.Endpoint;

/// <summary>Refusals: an HTTP status with a JSON-RPC error as the body, so that clients of either kind understand it.</summary>
internal static class RpcErrors
{
    public const int Refused = -32_000;
    public const int ParseError = -32_700;
    public const int UnsupportedVersion = -32_022;
    public const int Cancelled = -32_800;

    /// <summary>Answers a request.</summary>
    /// <param name="context">The request.</param>
    /// <param name="status">The HTTP status.</param>
    /// <param name="message">What is wrong, for whoever can mend it.</param>
    /// <param name="code">JSON-RPC's error code.</param>
    /// <param name="body">The request's body where it was read: its id goes back.</param>
    /// <param name="writeData">Writes the error's data; null: there is none.</param>
    public static async Task WriteAsync(
        HttpContext context, int status, string message, int code = Refused, RpcBody? body = null, Action<Utf8JsonWriter>? writeData = null)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(buffer)) Write(writer, message, code, body, writeData);
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = buffer.WrittenCount;
        await context.Response.Body.WriteAsync(buffer.WrittenMemory, context.RequestAborted).ConfigureAwait(false);
    }

    private static void Write(Utf8JsonWriter writer, string message, int code, RpcBody? body, Action<Utf8JsonWriter>? writeData)
    {
        writer.WriteStartObject();
        writer.WriteString("jsonrpc", "2.0");
        writer.WritePropertyName("id");
        if (body is { Id.ValueKind: JsonValueKind.String or JsonValueKind.Number }) body.Id.WriteTo(writer);
        else writer.WriteNullValue();
        writer.WriteStartObject("error");
        writer.WriteNumber("code", code);
        writer.WriteString("message", message);
        if (writeData is not null)
        {
            writer.WritePropertyName("data");
            writeData(writer);
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
    }
}
