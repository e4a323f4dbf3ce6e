using System.Globalization;

namespace Playground.Demo;

/// <summary>The demo's command line.</summary>
internal sealed record DemoOptions
{
    /// <summary>What <c>--help</c> prints.</summary>
    public const string Usage =
        """
        Usage: Playground.Demo [options]

        A world of moving bodies on a WebSocket.

          --port N                 TCP port, 0 for a free one (8080)
          --host H                 address to listen on (127.0.0.1)
          --bots N                 bodies that move by themselves, 0-20000 (200)
          --frame-rate N           frames per second, 1-1000 (60)
          --auth-token T           clients must say this token in their Hello
          --resume-seconds N       how long a lost client may come back to its session, 0-3600 (30)
          --allow-client-channels  clients may register channels and tools of their own
          --mcp-write              language models may change the world, not only read it
          --no-inspector           nobody may watch the network; else whoever is on this machine, or says the token
          --transport T            how links are carried: sockets, kestrel, or fleck in a build with it (sockets)
          --certificate F          PKCS #12 file (.pfx) with key: wss and https instead of ws and http
          --certificate-password P its password
          --ws-echo                add a plain WebSocket echo at /echo
          --help                   show this text
        """;

    private const int BotsMax = 20_000;
    private const int ResumeSecondsMax = 3_600;

    public int Port { get; init; } = 8080;

    public string Host { get; init; } = "127.0.0.1";

    public int Bots { get; init; } = 200;

    public int FrameRate { get; init; } = 60;

    public string? AuthToken { get; init; }

    public int ResumeSeconds { get; init; } = 30;

    public bool AllowClientChannels { get; init; }

    /// <summary>Offers the built-in tools that change things.</summary>
    public bool McpWrite { get; init; }

    public bool WsEcho { get; init; }

    /// <summary>Lets peers of this machine watch the network, or where there is a token whoever says it.</summary>
    public bool Inspector { get; init; } = true;

    /// <summary>One of <see cref="DemoTransports"/>.</summary>
    public string Transport { get; init; } = DemoTransports.Default;

    public string? CertificateFile { get; init; }

    public string? CertificatePassword { get; init; }

    public bool Help { get; init; }

    /// <summary>Where the bots' dice start; the same seed gives the same arena.</summary>
    public uint Seed { get; init; } = 1;

    /// <summary>Reads a command line: <c>--name value</c> or <c>--name=value</c>; a later option wins over an earlier one.</summary>
    /// <returns>The options, or a sentence that names what is wrong.</returns>
    public static (DemoOptions? Options, string? Error) Parse(IReadOnlyList<string> arguments)
    {
        var options = new DemoOptions();
        for (var i = 0; i < arguments.Count; i++)
        {
            var (name, value) = Split(arguments[i]);
            var (next, error) = options.WithFlag(name, value);
            if (next is null && error is null)
            {
                value ??= ++i < arguments.Count ? arguments[i] : null;
                (next, error) = options.WithValue(name, value);
            }

            if (next is null) return (null, error);
            options = next;
        }

        return (options, null);
    }

    /// <summary>The options without their secrets, for logs.</summary>
    public override string ToString() => $"{Host}:{Port}, {Bots} bots, {FrameRate} Hz";

    private static (string Name, string? Value) Split(string argument)
    {
        var equals = argument.StartsWith("--", StringComparison.Ordinal) ? argument.IndexOf('=', StringComparison.Ordinal) : -1;
        return equals < 0 ? (argument, null) : (argument[..equals], argument[(equals + 1)..]);
    }

    private (DemoOptions? Options, string? Error) WithFlag(string name, string? value)
    {
        var next = name switch
        {
            "--allow-client-channels" => this with { AllowClientChannels = true },
            "--mcp-write" => this with { McpWrite = true },
            "--ws-echo" => this with { WsEcho = true },
            "--no-inspector" => this with { Inspector = false },
            "--help" or "-h" => this with { Help = true },
            _ => null,
        };
        return next is not null && value is not null ? (null, $"{name} takes no value.") : (next, null);
    }

    private (DemoOptions? Options, string? Error) WithValue(string name, string? value) => name switch
    {
        "--port" => WithNumber(name, value, 0, 65_535, number => this with { Port = number }),
        "--bots" => WithNumber(name, value, 0, BotsMax, number => this with { Bots = number }),
        "--frame-rate" => WithNumber(name, value, 1, 1_000, number => this with { FrameRate = number }),
        "--resume-seconds" => WithNumber(name, value, 0, ResumeSecondsMax, number => this with { ResumeSeconds = number }),
        "--host" => WithText(name, value, text => this with { Host = text }),
        "--auth-token" => WithText(name, value, text => this with { AuthToken = text }),
        "--certificate" => WithText(name, value, text => this with { CertificateFile = text }),
        "--certificate-password" => WithText(name, value, text => this with { CertificatePassword = text }),
        "--transport" => value is not null && DemoTransports.Has(value)
            ? (this with { Transport = value }, null)
            : (null, DemoTransports.Explain(value)),
        _ => (null, $"Unknown option '{name}'."),
    };

    private static (DemoOptions? Options, string? Error) WithNumber(string name, string? value, int min, int max, Func<int, DemoOptions> with) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max
            ? (with(number), null)
            : (null, value is null ? $"{name} needs a number." : $"{name} must be a number from {min} to {max}, was '{value}'.");

    private static (DemoOptions? Options, string? Error) WithText(string name, string? value, Func<string, DemoOptions> with) =>
        string.IsNullOrEmpty(value) ? (null, $"{name} needs a value.") : (with(value), null);
}
