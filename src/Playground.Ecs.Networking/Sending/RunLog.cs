using Playground.Ecs.Networking.Channels;
using Playground.Ecs.Networking.Sessions;

namespace Playground.Ecs.Networking.Sending;

/// <summary>The runs of one lane in the order they were sent in this frame. Loop thread only.</summary>
internal sealed class RunLog
{
    private readonly List<Run> _runs = [];

    /// <summary>Runs begun in this frame.</summary>
    public int Count { get; private set; }

    public Run this[int index] => _runs[index];

    /// <summary>The run that the next <paramref name="bytes"/> for these subscribers go to: the last one if it still takes them.</summary>
    public Run For(Channel channel, Connection? except, int bytes)
    {
        if (Count > 0 && _runs[Count - 1].Takes(channel, except, bytes)) return _runs[Count - 1];
        if (Count == _runs.Count) _runs.Add(new Run());
        var run = _runs[Count++];
        run.Begin(channel, except);
        return run;
    }

    /// <summary>Ends the frame.</summary>
    public void Clear()
    {
        for (var i = 0; i < Count; i++) _runs[i].Clear();
        Count = 0;
    }
}
