namespace Playground.Ecs.Networking.Protocol;

/// <summary>What a <see cref="BatchStatus"/> means for people and for the link.</summary>
public static class BatchStatusExtensions
{
    /// <summary>A sentence for logs and close reasons (at most 123 bytes of UTF-8, as RFC 6455 section 5.5 asks of a reason).</summary>
    public static string Describe(this BatchStatus status) => status switch
    {
        BatchStatus.Valid => "The batch is well-formed.",
        BatchStatus.MessageTooLarge => "The message is longer than 65536 bytes.",
        BatchStatus.HeaderCut => "The batch ends within a packet header, or bytes follow its last packet.",
        BatchStatus.UnknownPriority => "A packet has a priority above 3.",
        BatchStatus.UnknownFlags => "A packet has flag bits that version 1 does not define.",
        BatchStatus.SequenceWithoutReliable => "A packet has a sequence but no Reliable flag.",
        BatchStatus.PayloadBeyondBatch => "A packet claims more payload than the batch holds.",
        BatchStatus.TooManyPackets => "The batch has more than 256 packets.",
        _ => "The batch is malformed.",
    };

    /// <summary>
    /// The close code that the sender gets (PROTOCOL.md, section 10): 1009 or 4501; <see cref="CloseCode.None"/> when valid.
    /// </summary>
    public static CloseCode ToCloseCode(this BatchStatus status) => status switch
    {
        BatchStatus.Valid => CloseCode.None,
        BatchStatus.MessageTooLarge => CloseCode.MessageTooBig,
        _ => CloseCode.Malformed,
    };
}
