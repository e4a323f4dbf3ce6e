using System.Text.Json;

namespace Playground.Ecs.Networking.Protocol.Tests.Vectors;

/// <summary>The golden bytes that all implementations share; the file says how to read it.</summary>
internal static class VectorFile
{
    private static readonly JsonElement Root = JsonDocument
        .Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "protocol.v1.json"))).RootElement;

    public static IEnumerable<TestCaseData> Cases(string section) =>
        Root.GetProperty(section).EnumerateArray().Select(vector => new TestCaseData(vector).SetArgDisplayNames(DisplayName(vector)));

    public static byte[] Bytes(JsonElement vector) =>
        vector.TryGetProperty("parts", out var parts) ? [.. parts.EnumerateArray().SelectMany(Repeated)] : Hex(vector, "hex");

    public static byte[] Hex(JsonElement vector, string property) => Convert.FromHexString(vector.GetProperty(property).GetString()!);

    public static int Int(JsonElement vector, string property) => vector.GetProperty(property).GetInt32();

    public static string Text(JsonElement vector, string property) => vector.GetProperty(property).GetString()!;

    public static PacketHeader Header(JsonElement vector, int payloadLength = 0) => new(
        (ushort)Int(vector, "channel"),
        (ushort)Int(vector, "type"),
        (Priority)Int(vector, "priority"),
        (PacketFlags)Int(vector, "flags"),
        vector.TryGetProperty("sequence", out var sequence) ? sequence.GetUInt16() : (ushort)0,
        payloadLength);

    private static IEnumerable<byte> Repeated(JsonElement part) =>
        Enumerable.Repeat(Hex(part, "hex"), Int(part, "times")).SelectMany(x => x);

    private static string DisplayName(JsonElement vector)
    {
        if (vector.TryGetProperty("code", out var code)) return code.ToString();
        return vector.TryGetProperty("message", out var message) ? $"{message}: {Text(vector, "name")}" : Text(vector, "name");
    }
}
