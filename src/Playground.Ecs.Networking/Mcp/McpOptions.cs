using Microsoft.Extensions.DependencyInjection;
using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Sessions;

namespace Playground.Ecs.Networking.Mcp;

/// <summary>Every limit and choice of the endpoint for language models (Model Context Protocol), with its unit and default.</summary>
/// <remarks>Part of <see cref="NetworkingOptions"/>, and read and checked with them.</remarks>
public sealed record McpOptions
{
    // Where

    /// <summary>The endpoint's path on the system's port. Default "/mcp".</summary>
    public string Path { get; init; } = "/mcp";

    /// <summary>Adds what the application offers models beyond tools and resources, with the SDK's own means (prompts, for instance). Default: nothing.</summary>
    public Action<IMcpServerBuilder>? Configure { get; init; }

    // Who

    /// <summary>Models on other machines may connect; false: those of this machine only, whatever address the port is bound to. Default false.</summary>
    public bool AllowRemote { get; init; }

    /// <summary>Host names (without port) that requests may be addressed to besides localhost, 127.0.0.1 and [::1]: against DNS rebinding. Default: none.</summary>
    public IReadOnlyList<string> AllowedHosts { get; init; } = [];

    /// <summary>Origins of web pages that may call, besides pages of this port; a foreign one gets 403. Default: none.</summary>
    public IReadOnlyList<string> AllowedOrigins { get; init; } = [];

    /// <summary>
    /// Decides by its bearer token who may call; the token is the request's, the client name "mcp". A refusal is 401. Default null:
    /// <see cref="NetworkingOptions.Authenticate"/>, and where that is null too, everyone who may connect.
    /// </summary>
    public Authenticate? Authenticate { get; init; }

    /// <summary>The tools that every server has: they read the network and the exposed components. Default true.</summary>
    public bool BuiltInTools { get; init; } = true;

    /// <summary>Adds the built-in tools that change things: world_edit, send_packet, disconnect. Default false.</summary>
    public bool AllowWrites { get; init; }

    // Time

    /// <summary>How long a tool may take unless it says otherwise itself. Default 30 s.</summary>
    public TimeSpan CallTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a session without a call or an open stream keeps its channel. Default 10 minutes.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Silence on a stream after which a comment is written, so that nobody on the way takes it for dead. Default 10 s.</summary>
    public TimeSpan KeepAliveInterval { get; init; } = TimeSpan.FromSeconds(10);

    // How much

    /// <summary>Sessions at once, each with a channel of 2000-2999; beyond: HTTP 503. Default 1,000, which is all of them.</summary>
    public int SessionsMax { get; init; } = ChannelRanges.LlmEnd - ChannelRanges.LlmFirst;

    /// <summary>Calls of one session that wait for their results; beyond: an error that says so. Default 16.</summary>
    public int CallsPendingMax { get; init; } = 16;

    /// <summary>Calls of one session per second, bursts of twice that; beyond: an error that says when to go on. Default 50.</summary>
    public int CallsPerSecond { get; init; } = 50;

    /// <summary>The largest HTTP request, in bytes; beyond: 413. Default 1 MiB.</summary>
    public int RequestBytesMax { get; init; } = 1024 * 1024;

    /// <summary>How deep JSON may nest in a request; beyond: 400. Default 32.</summary>
    public int JsonDepthMax { get; init; } = 32;

    /// <summary>
    /// The arguments of a call in UTF-8 bytes of JSON; beyond: an error that says so. A tool on a peer's channel has room for
    /// <see cref="NetworkingOptions.MaxPacketBytes"/> at most. Default 128 KiB.
    /// </summary>
    public int ArgumentsBytesMax { get; init; } = 128 * 1024;

    /// <summary>A tool's result in UTF-8 bytes of JSON; beyond: an error in its place. Default 1 MiB.</summary>
    public int ResultBytesMax { get; init; } = 1024 * 1024;

    /// <summary>Progress and log messages of one call that wait to be sent; beyond: the oldest are dropped and counted. Default 64.</summary>
    public int NotesPendingMax { get; init; } = 64;

    /// <summary>Packets to one session's channel that wait for its next result; beyond: the oldest are dropped and counted. Default 64.</summary>
    public int MessagesPendingMax { get; init; } = 64;

    /// <summary>Tools at once. Default 512.</summary>
    public int ToolsMax { get; init; } = 512;

    /// <summary>Tools that one connection may register. Default 16.</summary>
    public int ClientToolsMax { get; init; } = 16;

    /// <summary>A tool's input schema, in UTF-8 bytes of JSON. Default 16 KiB.</summary>
    public int SchemaBytesMax { get; init; } = 16 * 1024;

    /// <summary>A tool's description, in characters; some clients cut longer ones. Default 2,048.</summary>
    public int DescriptionCharsMax { get; init; } = 2_048;

    /// <summary>Resources at once. Default 256.</summary>
    public int ResourcesMax { get; init; } = 256;

    /// <summary>What a built-in tool answers at most, in UTF-8 bytes of JSON; the rest is for the next page. Default 32 KiB.</summary>
    public int QueryBytesMax { get; init; } = 32 * 1024;

    /// <summary>Names the value that cannot work.</summary>
    internal NetworkError? Validate(NetworkingOptions options)
    {
        if (!Path.StartsWith('/') || Path.Length < 2 || Path == options.Path || Path == options.EchoPath)
        {
            return new NetworkError.InvalidArgument("McpOptions.Path must begin with '/' and differ from NetworkingOptions.Path and EchoPath");
        }

        const int Channels = ChannelRanges.LlmEnd - ChannelRanges.LlmFirst;
        if (SessionsMax > Channels) return new NetworkError.InvalidArgument($"McpOptions.SessionsMax must be at most {Channels}, was {SessionsMax}");
        foreach (var (name, value) in Positive())
        {
            if (value <= 0) return new NetworkError.InvalidArgument($"McpOptions.{name} must be above 0, was {value}");
        }

        return null;
    }

    private IEnumerable<(string Name, long Value)> Positive() =>
    [
        (nameof(CallTimeout), CallTimeout.Ticks),
        (nameof(IdleTimeout), IdleTimeout.Ticks),
        (nameof(KeepAliveInterval), KeepAliveInterval.Ticks),
        (nameof(SessionsMax), SessionsMax),
        (nameof(CallsPendingMax), CallsPendingMax),
        (nameof(CallsPerSecond), CallsPerSecond),
        (nameof(RequestBytesMax), RequestBytesMax),
        (nameof(JsonDepthMax), JsonDepthMax),
        (nameof(ArgumentsBytesMax), ArgumentsBytesMax),
        (nameof(ResultBytesMax), ResultBytesMax),
        (nameof(NotesPendingMax), NotesPendingMax),
        (nameof(MessagesPendingMax), MessagesPendingMax),
        (nameof(ToolsMax), ToolsMax),
        (nameof(ClientToolsMax), ClientToolsMax),
        (nameof(SchemaBytesMax), SchemaBytesMax),
        (nameof(DescriptionCharsMax), DescriptionCharsMax),
        (nameof(ResourcesMax), ResourcesMax),
        (nameof(QueryBytesMax), QueryBytesMax),
    ];
}
