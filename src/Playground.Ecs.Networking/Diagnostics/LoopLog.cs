using Microsoft.Extensions.Logging;

namespace Playground.Ecs.Networking.Diagnostics;

/// <summary>What the game loop logs: events 200-249.</summary>
internal static partial class LoopLog
{
    [LoggerMessage(200, LogLevel.Critical, "A frame threw; the loop '{Loop}' ended after {Frames} frames")]
    public static partial void FrameFailed(ILogger logger, Exception exception, string loop, long frames);

    [LoggerMessage(201, LogLevel.Warning, "The loop '{Loop}' fell behind: {Dropped} frames dropped so far, {Late} late")]
    public static partial void FramesDropped(ILogger logger, string loop, long dropped, long late);
}
