using System.Text.Json;

namespace Playground.Ecs.Networking.Fuzz.Seeds;

/// <summary>The golden bytes of the protocol's vectors.</summary>
internal static class Vectors
{
    // Longer ones cost the fuzzer more than they teach it.
    private const int BytesMax = 4 * 1024;

    private static readonly JsonElement Root = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "protocol.v1.json"))).RootElement;

    /// <summary>The short byte strings of a section, with what they stand for.</summary>
    public static IEnumerable<(JsonElement Vector, byte[] Bytes)> Of(string section) =>
        Root.GetProperty(section).EnumerateArray().Select(x => (x, Bytes(x))).Where(x => x.Item2.Length <= BytesMax);

    private static byte[] Bytes(JsonElement vector)
    {
        if (vector.TryGetProperty("steps", out var steps)) return [.. steps.EnumerateArray().SelectMany(Packet)];
        if (!vector.TryGetProperty("parts", out var parts)) return Hex(vector, "hex");
        return [.. parts.EnumerateArray().SelectMany(x => Enumerable.Repeat(Hex(x, "hex"), x.GetProperty("times").GetInt32())).SelectMany(x => x)];
    }

    private static byte[] Packet(JsonElement step)
    {
        if (!step.TryGetProperty("header", out _)) return [];
        var header = Hex(step, "header");
        return [.. header, .. Enumerable.Repeat(step.GetProperty("fill").GetByte(), BitConverter.ToInt32(header, 8))];
    }

    private static byte[] Hex(JsonElement vector, string property) => Convert.FromHexString(vector.GetProperty(property).GetString()!);
}
