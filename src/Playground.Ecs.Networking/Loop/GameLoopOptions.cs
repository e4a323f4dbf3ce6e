using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Playground.Ecs.Networking.Loop;

/// <summary>The choices of a <see cref="GameLoop"/>, with their units and defaults.</summary>
public sealed record GameLoopOptions
{
    /// <summary>Frames per second, 1 to 1,000. Default 60.</summary>
    public int FrameRate { get; init; } = 60;

    /// <summary>Frames that may be due at once; what is overdue beyond them is dropped and counted. Default 5.</summary>
    public int CatchUpFramesMax { get; init; } = 5;

    /// <summary>
    /// The last part of a wait that yields in a loop, because the system's timed waits count in milliseconds. Zero never
    /// does: frames then begin up to 1 ms late, without drift. Used with the system clock only. Default 1 ms.
    /// </summary>
    /// <remarks>
    /// Measured at 60 Hz on an idle machine: 1 ms costs 3.5% of one core and frames begin within 0.1 ms; zero costs 0.5%
    /// and they begin 0.7 ms late on average. A yielding thread gives its core to any other that wants it.
    /// </remarks>
    public TimeSpan YieldTime { get; init; } = TimeSpan.FromMilliseconds(1);

    /// <summary>The clock that frames are due by. Default <see cref="TimeProvider.System"/>.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>The name of the thread that <see cref="GameLoop.Start"/> makes. Default "game loop".</summary>
    public string ThreadName { get; init; } = "game loop";

    /// <summary>Where the loop logs a frame that threw and time that was dropped. Default: nowhere.</summary>
    public ILoggerFactory LoggerFactory { get; init; } = NullLoggerFactory.Instance;

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(FrameRate, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(FrameRate, 1_000);
        ArgumentOutOfRangeException.ThrowIfLessThan(CatchUpFramesMax, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(YieldTime, TimeSpan.Zero);
        ArgumentNullException.ThrowIfNull(TimeProvider);
        ArgumentNullException.ThrowIfNull(LoggerFactory);
    }
}
