using System.Globalization;

namespace Playground.Ecs.Networking.LoadPeer;

/// <summary>What the connections do once they are up.</summary>
public enum LoadMode
{
    /// <summary>Send messages to a channel and count the packets that come back.</summary>
    Echo,

    /// <summary>Subscribe to a channel and read.</summary>
    Read,

    /// <summary>Send messages to a channel.</summary>
    Send,

    /// <summary>Answer pings.</summary>
    Idle,

    /// <summary>Subscribe to a channel and never read again, until the run ends.</summary>
    Stall,

    /// <summary>Subscribe to a channel and read a few bytes a second; who is closed connects again at once.</summary>
    Slow,
}

/// <summary>The command line of the load peer.</summary>
public sealed record LoadPeerOptions
{
    /// <summary>What the connections do.</summary>
    public LoadMode Mode { get; init; } = LoadMode.Echo;

    /// <summary>The server's port on 127.0.0.1.</summary>
    public int Port { get; init; }

    /// <summary>How many connections.</summary>
    public int Connections { get; init; } = 1;

    /// <summary>The channel's name.</summary>
    public string Channel { get; init; } = "echo";

    /// <summary>Packets in each message.</summary>
    public int Packets { get; init; } = 10;

    /// <summary>Payload bytes of each packet.</summary>
    public int Bytes { get; init; } = 64;

    /// <summary>Messages per second and connection.</summary>
    public int Rate { get; init; } = 60;

    /// <summary>
    /// Messages of a connection that may be without their echo at once, so that a late server is not sent more than it can
    /// take; 0: as many as the rate asks for.
    /// </summary>
    public int Window { get; init; }

    /// <summary>Messages per connection, after which the run waits for its echoes and ends; 0: no such end.</summary>
    public int Frames { get; init; }

    /// <summary>The longest that the traffic goes on.</summary>
    public int Seconds { get; init; } = 60;

    /// <summary>Say Hello: sessions instead of plain connections.</summary>
    public bool Hello { get; init; }

    /// <summary>Send reliable packets, which takes a session; what comes back reliably is acknowledged in any case.</summary>
    public bool Reliable { get; init; }

    /// <summary>The Hello's token.</summary>
    public string? Token { get; init; }

    /// <summary>The kernel's receive buffer per socket, in bytes; 0: the system's choice.</summary>
    public int ReceiveBufferBytes { get; init; }

    /// <summary>Bytes a second that a slow connection reads.</summary>
    public int ReadBytes { get; init; } = 1_024;

    /// <summary>Begin the traffic when "go" is read from standard input, not at once.</summary>
    public bool WaitForGo { get; init; }

    /// <summary>The arguments that <see cref="Parse"/> reads back.</summary>
    public IEnumerable<string> ToArguments()
    {
        string[] valued =
        [
            "--mode", Mode.ToString(), "--port", Text(Port), "--connections", Text(Connections), "--channel", Channel,
            "--packets", Text(Packets), "--bytes", Text(Bytes), "--rate", Text(Rate), "--frames", Text(Frames),
            "--seconds", Text(Seconds), "--receive-buffer", Text(ReceiveBufferBytes), "--window", Text(Window), "--read-bytes", Text(ReadBytes),
        ];
        return valued
            .Concat(Token is null ? [] : ["--token", Token])
            .Concat(Hello ? ["--hello"] : [])
            .Concat(Reliable ? ["--reliable"] : [])
            .Concat(WaitForGo ? ["--wait-for-go"] : []);
    }

    /// <summary>Reads a command line; a fault is an exception that names it.</summary>
    public static LoadPeerOptions Parse(IReadOnlyList<string> arguments)
    {
        var options = new LoadPeerOptions();
        for (var i = 0; i < arguments.Count; i++)
        {
            options = arguments[i] switch
            {
                "--hello" => options with { Hello = true },
                "--reliable" => options with { Hello = true, Reliable = true },
                "--wait-for-go" => options with { WaitForGo = true },
                var name when i + 1 < arguments.Count => options.With(name, arguments[++i]),
                var name => throw new ArgumentException($"{name} needs a value, or is unknown."),
            };
        }

        return options.Port is > 0 and <= 65_535 ? options : throw new ArgumentException("--port must be 1-65535.");
    }

    private LoadPeerOptions With(string name, string value) => name switch
    {
        "--mode" => this with { Mode = Enum.Parse<LoadMode>(value, ignoreCase: true) },
        "--channel" => this with { Channel = value },
        "--token" => this with { Token = value },
        "--port" => this with { Port = Number(value) },
        "--connections" => this with { Connections = Number(value) },
        "--packets" => this with { Packets = Number(value) },
        "--bytes" => this with { Bytes = Number(value) },
        "--rate" => this with { Rate = Number(value) },
        "--read-bytes" => this with { ReadBytes = Number(value) },
        "--window" => this with { Window = Number(value) },
        "--frames" => this with { Frames = Number(value) },
        "--seconds" => this with { Seconds = Number(value) },
        "--receive-buffer" => this with { ReceiveBufferBytes = Number(value) },
        _ => throw new ArgumentException($"Unknown option {name}."),
    };

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static int Number(string value) => int.Parse(value, NumberStyles.None, CultureInfo.InvariantCulture);
}
