using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.Simulation.Checks;

/// <summary>One session of one client, as the wire showed it.</summary>
internal sealed class SessionTrace
{
    public SessionTrace(int life, string peerId, int client, Func<string, ReliableTrace> trace)
    {
        Life = life;
        PeerId = peerId;
        Client = client;
        Up = trace($"client {client} to server, {this}");
        Down = trace($"server to client {client}, {this}");
        Owed = [.. Enumerable.Range(0, 4).Select(lane => new ReliableStream($"server to client {client}, {this}, lane {(Priority)lane}"))];
    }

    /// <summary>The server's life that it is in.</summary>
    public int Life { get; }

    /// <summary>What the server calls the client.</summary>
    public string PeerId { get; }

    /// <summary>The client's number.</summary>
    public int Client { get; }

    /// <summary>What the client sent reliably.</summary>
    public ReliableTrace Up { get; }

    /// <summary>What the server sent reliably.</summary>
    public ReliableTrace Down { get; }

    /// <summary>What the server's application sent to it reliably, by lane.</summary>
    public ReliableStream[] Owed { get; }

    /// <summary>The link that it was last welcomed on.</summary>
    public WireLink? Link { get; set; }

    /// <summary>How often it was resumed.</summary>
    public int Resumes { get; set; }

    /// <summary>The last number that the server had given at the end of its last frame.</summary>
    public long StampedAtFrameEnd { get; set; } = long.MinValue;

    /// <summary>A reliable packet for it found no room: it has to end.</summary>
    public bool IsOverwhelmed { get; set; }

    /// <summary>Its client ends it.</summary>
    public bool IsClosed { get; set; }

    /// <summary>It was seen to end.</summary>
    public bool IsOver { get; set; }

    /// <inheritdoc/>
    public override string ToString() => $"session {PeerId} of server {Life}";
}
