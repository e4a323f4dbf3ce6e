namespace Playground.Ecs.Networking.Protocol;

/// <summary>What <see cref="BatchValidator"/> found; anything but <see cref="Valid"/> costs the sender its link.</summary>
public enum BatchStatus
{
    /// <summary>The bytes divide exactly into well-formed packets; zero packets are valid too.</summary>
    Valid = 0,

    /// <summary>The message is longer than <see cref="ProtocolLimits.MaxMessageBytes"/>.</summary>
    MessageTooLarge,

    /// <summary>Fewer than 12 bytes are left where a header should be: a cut header, or bytes behind the last packet.</summary>
    HeaderCut,

    /// <summary>A priority above 3.</summary>
    UnknownPriority,

    /// <summary>A flag bit that version 1 does not define.</summary>
    UnknownFlags,

    /// <summary>A sequence other than zero without the Reliable flag.</summary>
    SequenceWithoutReliable,

    /// <summary>A payload length beyond what is left in the batch.</summary>
    PayloadBeyondBatch,

    /// <summary>More than <see cref="ProtocolLimits.MaxPacketsPerMessage"/> packets.</summary>
    TooManyPackets,
}
