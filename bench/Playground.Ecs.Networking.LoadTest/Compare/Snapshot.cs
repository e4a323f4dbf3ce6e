using System.Text.Json;

namespace Playground.Ecs.Networking.LoadTest.Compare;

/// <summary>What a server's or a client's process counted since its last snapshot: one line of JSON.</summary>
internal sealed record Snapshot
{
    /// <summary>How long ago the last one was.</summary>
    public double Seconds { get; init; }

    /// <summary>User and system time of the whole process, all threads.</summary>
    public double CpuMs { get; init; }

    /// <summary>Frames run; of a client, rounds through all its connections.</summary>
    public long Frames { get; init; }

    /// <summary>Messages received.</summary>
    public long MessagesIn { get; init; }

    /// <summary>Messages sent, where they are counted.</summary>
    public long MessagesOut { get; init; }

    /// <summary>Messages not sent, since the one before had not left.</summary>
    public long Skipped { get; init; }

    /// <summary>Connections that are gone.</summary>
    public long Ended { get; init; }

    /// <summary>Bytes allocated on the managed heap, by all threads.</summary>
    public long AllocatedBytes { get; init; }

    /// <summary>The managed heap after a collection, where one was asked for.</summary>
    public long HeapBytes { get; init; }

    /// <summary>A frame's length at p50, in µs.</summary>
    public double FrameP50 { get; init; }

    /// <summary>The same at p99.</summary>
    public double FrameP99 { get; init; }

    /// <summary>The part of it from the first send on, at p50, in µs.</summary>
    public double FlushP50 { get; init; }

    /// <summary>The same at p99.</summary>
    public double FlushP99 { get; init; }

    /// <summary>An echo's way there and back at p50, in µs.</summary>
    public double LatencyP50 { get; init; }

    /// <summary>The same at p99.</summary>
    public double LatencyP99 { get; init; }

    public string ToJson() => JsonSerializer.Serialize(this, JsonSerializerOptions.Web);

    public static Snapshot FromJson(string line) =>
        JsonSerializer.Deserialize<Snapshot>(line, JsonSerializerOptions.Web) ?? throw new InvalidDataException($"'{line}' is no snapshot.");
}
