using Playground.Ecs.Networking.Channels;
using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Sessions;

namespace Playground.Ecs.Networking.Requests;

/// <summary>A question without an answer yet: who asked it, and who is to answer. Loop thread only, but for the caller's task.</summary>
internal sealed class PendingRequest(Channel channel, ushort type, Priority priority)
{
    public Channel Channel { get; } = channel;

    public ushort Type { get; } = type;

    /// <summary>The lane of question and answer.</summary>
    public Priority Priority { get; } = priority;

    // Who asked

    /// <summary>The asking peer; null: the application.</summary>
    public Connection? Asker { get; init; }

    /// <summary>The asker's number for it, and the table that it stands in under that number; null: in none.</summary>
    public uint AskerId { get; set; }

    public ConnectionRequests? AskerRequests { get; set; }

    /// <summary>Whether a peer asked reliably and so is answered reliably.</summary>
    public bool IsReliable { get; init; }

    /// <summary>Where the application waits; null when a peer asked.</summary>
    public TaskCompletionSource<NetworkResult<ReadOnlyMemory<byte>>>? Caller { get; init; }

    /// <summary>What ends the caller's wait when it gives up.</summary>
    public CancellationTokenRegistration Registration { get; set; }

    // Who answers: a peer, the channel's handler, or whoever reads the channel's inbox

    /// <summary>The number that the asked peer knows it by, and the table that it stands in under that number; null: no peer is asked.</summary>
    public uint AskedId { get; set; }

    public ConnectionRequests? AskedRequests { get; set; }

    public RequestHandler? Handler { get; set; }

    /// <summary>A copy of the question, for the handler; empty when it is not the one that answers.</summary>
    public ReadOnlyMemory<byte> Body { get; set; }

    /// <summary>Calls the handler off; null once it has answered. Without a timer, so there is nothing to dispose of.</summary>
    public CancellationTokenSource? Cancellation { get; set; }

    // Until when

    public TimeSpan Timeout { get; set; }

    /// <summary>True once it was answered or nobody waits any more.</summary>
    public bool IsDone { get; set; }

    /// <summary>True when neither a peer nor a handler answers.</summary>
    public bool WaitsInInbox => AskedRequests is null && Handler is null;

    /// <summary>Ends the caller's wait; without effect on one that gave up.</summary>
    public void Answer(in NetworkResult<ReadOnlyMemory<byte>> result)
    {
        Caller!.TrySetResult(result);
        Registration.Unregister();
    }
}
