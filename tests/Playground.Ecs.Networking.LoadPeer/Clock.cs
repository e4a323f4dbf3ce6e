using System.Diagnostics;

namespace Playground.Ecs.Networking.LoadPeer;

/// <summary>Microseconds since the process began to ask.</summary>
internal static class Clock
{
    private static readonly long Start = Stopwatch.GetTimestamp();

    public static long NowUs => 1 + (long)Stopwatch.GetElapsedTime(Start).TotalMicroseconds;
}
