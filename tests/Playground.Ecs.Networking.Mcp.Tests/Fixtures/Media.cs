namespace Playground.Ecs.Networking.Mcp.Tests.Fixtures;

/// <summary>The smallest files of their kinds.</summary>
internal static class Media
{
    /// <summary>A PNG of one pixel.</summary>
    public static ReadOnlyMemory<byte> Png { get; } = Convert.FromBase64String(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==");

    /// <summary>A WAV of no sample: 8 kHz, mono, 8 bits.</summary>
    public static ReadOnlyMemory<byte> Wav { get; } = new byte[]
    {
        0x52, 0x49, 0x46, 0x46, 36, 0, 0, 0, 0x57, 0x41, 0x56, 0x45, 0x66, 0x6d, 0x74, 0x20, 16, 0, 0, 0, 1, 0, 1, 0,
        0x40, 0x1f, 0, 0, 0x40, 0x1f, 0, 0, 1, 0, 8, 0, 0x64, 0x61, 0x74, 0x61, 0, 0, 0, 0,
    };
}
