namespace Playground.Ecs.Networking.Requests;

/// <summary>What happened to requests. Written by the loop thread, read by meters.</summary>
internal sealed class RequestCounters
{
    public int Pending { get; set; }

    public long RequestsReceived { get; set; }

    public long RequestsSent { get; set; }

    public long RequestsRefused { get; set; }

    public long ResponsesReceived { get; set; }

    public long ResponsesSent { get; set; }

    public long ResponsesLate { get; set; }

    public long TimedOut { get; set; }
}
