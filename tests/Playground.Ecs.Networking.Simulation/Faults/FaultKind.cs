namespace Playground.Ecs.Networking.Simulation.Faults;

/// <summary>What goes wrong in a run. Each is counted when it happened, not when it was planned.</summary>
internal enum FaultKind
{
    /// <summary>A link carries nothing for a while and then everything.</summary>
    Stall,

    /// <summary>A link is slow for a while.</summary>
    Bandwidth,

    /// <summary>TCP repeats a lost segment, and what is behind it waits.</summary>
    HeadOfLine,

    /// <summary>A link's bytes vanish, and nobody is told.</summary>
    HalfOpen,

    /// <summary>A link is reset, in the middle of messages.</summary>
    Reset,

    /// <summary>A link ends for one of its ends only.</summary>
    OneSidedReset,

    /// <summary>A client's machine takes few bytes at a time, so that the server's sends wait.</summary>
    SlowReader,

    /// <summary>All links are reset at once.</summary>
    ReconnectStorm,

    /// <summary>The wall clock jumps an hour, either way.</summary>
    ClockJump,

    /// <summary>The server's process stands still, up to 20 s.</summary>
    ServerStall,

    /// <summary>A client's process stands still, up to 20 s.</summary>
    ClientStall,

    /// <summary>The server stops as it should, and another one starts.</summary>
    ServerStop,

    /// <summary>The server is gone from one moment to the next, and another one starts.</summary>
    ServerCrash,

    /// <summary>A link ends between the server's Welcome and its arrival.</summary>
    LostWelcome,

    /// <summary>A link ends before the client's acknowledgements arrive, and its next Hello says less than it has.</summary>
    UnderstatedHello,

    /// <summary>A link ends before the server's acknowledgements arrive, and its next Welcome says less than it has.</summary>
    UnderstatedWelcome,

    /// <summary>The server's application does not read an inbox for a while.</summary>
    SlowServerApplication,

    /// <summary>A client's application does not take what arrived for a while.</summary>
    SlowClientApplication,

    /// <summary>Links cannot be opened for a while.</summary>
    Refused,

    /// <summary>A link stays away about as long as the resume window.</summary>
    LongAbsence,

    /// <summary>More is sent than a link, a window or a queue takes.</summary>
    Flood,
}
