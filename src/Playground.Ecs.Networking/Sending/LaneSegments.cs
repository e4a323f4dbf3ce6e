namespace Playground.Ecs.Networking.Sending;

/// <summary>The segments of a lane, oldest first. Loop thread only.</summary>
/// <remarks>Most lanes hold one segment for a frame: it costs no memory beside the lane. The ring behind it is for those that wait.</remarks>
internal struct LaneSegments
{
    private const int RingMin = 8;

    // A ring that grew beyond this is not kept for the next time.
    private const int RingKeptMax = 64;

    private LaneSegment _only;
    private LaneSegment[]? _ring;
    private int _head;

    public int Count { get; private set; }

    /// <summary>The segment in a place, from the oldest.</summary>
    [System.Diagnostics.CodeAnalysis.UnscopedRef]
    public ref LaneSegment this[int index]
    {
        get
        {
            if (_ring is null) return ref _only;
            return ref _ring[(_head + index) & (_ring.Length - 1)];
        }
    }

    /// <summary>The newest segment; only while there is one.</summary>
    [System.Diagnostics.CodeAnalysis.UnscopedRef]
    public ref LaneSegment Newest => ref this[Count - 1];

    /// <summary>Adds the newest.</summary>
    public void Add(in LaneSegment segment)
    {
        if (Count == 0 && _ring is null) _only = segment;
        else MakeRoom()[(_head + Count) & (_ring!.Length - 1)] = segment;
        Count++;
    }

    /// <summary>Takes the oldest out and gives its buffer back.</summary>
    public void RemoveOldest()
    {
        this[0].Buffer.Release();
        this[0] = default;
        if (_ring is not null) _head = (_head + 1) & (_ring.Length - 1);
        Count--;
    }

    /// <summary>Takes one out of a place near the oldest and gives its buffer back.</summary>
    public void Remove(int index)
    {
        this[index].Buffer.Release();
        for (var i = index; i > 0; i--) this[i] = this[i - 1];
        this[0] = default;
        if (_ring is not null) _head = (_head + 1) & (_ring.Length - 1);
        Count--;
    }

    /// <summary>Cuts a segment in two at an offset: what is before it becomes a segment of its own.</summary>
    public void Split(int index, int offset)
    {
        var ring = MakeRoom();
        _head = (_head - 1) & (ring.Length - 1);
        Count++;
        for (var i = 0; i < index; i++) this[i] = this[i + 1];
        ref var before = ref this[index];
        ref var after = ref this[index + 1];
        before = after;
        before.Tail = offset;
        before.Buffer.AddReferences(1);
        after.Head = offset;
    }

    /// <summary>Gives all buffers back.</summary>
    public void Clear()
    {
        while (Count > 0) RemoveOldest();
        if (_ring is { Length: > RingKeptMax }) _ring = null;
    }

    /// <summary>Forgets the only segment, whose buffer is somebody else's now.</summary>
    public void Forget()
    {
        this[0] = default;
        Count = 0;
    }

    private LaneSegment[] MakeRoom()
    {
        if (_ring is null)
        {
            _ring = new LaneSegment[RingMin];
            _head = 0;
            if (Count == 1) _ring[0] = _only;
            _only = default;
        }
        else if (Count == _ring.Length)
        {
            var larger = new LaneSegment[_ring.Length * 2];
            for (var i = 0; i < Count; i++) larger[i] = this[i];
            _ring = larger;
            _head = 0;
        }

        return _ring;
    }
}
