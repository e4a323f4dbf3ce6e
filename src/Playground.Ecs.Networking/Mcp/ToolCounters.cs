namespace Playground.Ecs.Networking.Mcp;

/// <summary>What happened to tools, their calls and the models' sessions. Read by meters; written by the loop thread unless a member says otherwise.</summary>
internal sealed class ToolCounters
{
    private long _refused;
    private long _notesDropped;
    private long _changesDropped;

    /// <summary>Requests of models that got an error for an answer. Any thread.</summary>
    public RefusedRequests RefusedRequests { get; } = new();

    /// <summary>Sessions now.</summary>
    public int Sessions { get; set; }

    /// <summary>Sessions refused because all channels were taken.</summary>
    public long SessionsRefused { get; set; }

    /// <summary>Sessions that ended because nobody used them.</summary>
    public long SessionsIdle { get; set; }

    /// <summary>Tools on offer now.</summary>
    public int Registered { get; set; }

    /// <summary>Calls without a result yet.</summary>
    public int Pending { get; set; }

    /// <summary>Calls that reached the loop.</summary>
    public long Calls { get; set; }

    /// <summary>Calls not answered in time.</summary>
    public long TimedOut { get; set; }

    /// <summary>Calls that the caller called off.</summary>
    public long Cancelled { get; set; }

    /// <summary>Results and progress that nothing waited for.</summary>
    public long Late { get; set; }

    /// <summary>Packets to sessions dropped because too many waited.</summary>
    public long MessagesDropped { get; set; }

    /// <summary>Calls refused by their arguments or by a limit before they reached the loop.</summary>
    public long Refused => Interlocked.Read(ref _refused);

    /// <summary>Progress and log messages dropped because too many waited.</summary>
    public long NotesDropped => Interlocked.Read(ref _notesDropped);

    /// <summary>Changes of resources that were not told: in one frame more than there may be resources.</summary>
    public long ChangesDropped => Interlocked.Read(ref _changesDropped);

    /// <summary>Any thread.</summary>
    public void CountChangeDropped() => Interlocked.Increment(ref _changesDropped);

    /// <summary>Any thread.</summary>
    public void CountRefused() => Interlocked.Increment(ref _refused);

    /// <summary>Any thread.</summary>
    public void CountNoteDropped() => Interlocked.Increment(ref _notesDropped);
}
