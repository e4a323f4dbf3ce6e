namespace Playground.Ecs.Networking.Protocol;

/// <summary>What an acknowledgement says about the packets that were sent.</summary>
public enum AckStatus
{
    /// <summary>More of them have arrived.</summary>
    Advanced,

    /// <summary>What was known already.</summary>
    Unchanged,

    /// <summary>Less than what was acknowledged before: ignored in an Ack, impossible (4505) in Hello and Welcome.</summary>
    Stale,

    /// <summary>More than was ever sent: the link is closed with 4505.</summary>
    Impossible,
}
