using System.Text;
using System.Text.Json;
using Playground.Ecs.Networking.Channels;
using Playground.Ecs.Networking.Mcp.Schema;
using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Sessions;

namespace Playground.Ecs.Networking.Mcp;

/// <summary>
/// The tools on offer, by name. Changed by the loop thread only; <see cref="Catalog"/> is replaced at every change, for other threads.
/// </summary>
internal sealed class ToolRegistry(NetworkingOptions options, ChannelRegistry channels, ToolCounters counters)
{
    private readonly McpOptions _limits = options.Mcp ?? new McpOptions();
    private readonly Dictionary<string, RegisteredTool> _tools = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ResourceAddress> _resources = new(StringComparer.Ordinal);
    private McpCatalog _catalog = McpCatalog.Empty;

    /// <summary>Ends the calls of a tool that is withdrawn. Set before the first frame.</summary>
    public Action<RegisteredTool> EndCalls { get; set; } = null!;

    /// <summary>What is on offer now. Any thread.</summary>
    public McpCatalog Catalog => Volatile.Read(ref _catalog);

    /// <summary>True once the catalog changed, until somebody sets it back.</summary>
    public bool HasChanged { get; set; }

    /// <summary>What a caller is told about a name that is none.</summary>
    public static string NotFound(string tool) => $"There is no tool named '{tool}' (any more).";

    public RegisteredTool? Find(string name) => _tools.GetValueOrDefault(name);

    /// <summary>Registers the application's tool.</summary>
    public NetworkResult Register(
        string name, string description, JsonElement inputSchema, ChannelId channelId, ToolHandler? handler, ToolOptions tool)
    {
        if (FindChannel(channelId) is not { } channel) return new NetworkError.ChannelNotFound(channelId);
        if (channel.Owner is { } owner)
        {
            return new NetworkError.Forbidden($"channel {channelId} belongs to {owner}, which registers its tools itself");
        }

        if (ChannelRanges.IsLlm(channelId)) return new NetworkError.Forbidden($"channel {channelId} is a language model's");
        return Add(name, description, inputSchema, channel, handler, tool);
    }

    /// <summary>Registers a peer's tool.</summary>
    public NetworkResult RegisterFor(Connection owner, in RegisterMcpTool request)
    {
        if (!options.AllowClientTools) return new NetworkError.Forbidden("clients may not register tools on this server");
        if (FindChannel(request.HandlerChannel) is not { } channel) return new NetworkError.ChannelNotFound(request.HandlerChannel);
        if (channel.Owner != owner) return new NetworkError.Forbidden($"channel {request.HandlerChannel} is not yours, so its calls would not reach you");
        var own = _tools.Values.Count(tool => tool.Channel.Owner == owner);
        if (own >= _limits.ClientToolsMax)
        {
            return new NetworkError.LimitExceeded(nameof(McpOptions.ClientToolsMax), _limits.ClientToolsMax, own + 1);
        }

        return Parse(request.InputSchema, out var schema) is { } error
            ? error
            : Add(request.Name, request.Description, schema, channel, null, ToolOptions.Default);
    }

    /// <summary>Withdraws the application's tool.</summary>
    public NetworkResult Unregister(string name)
    {
        if (Find(name) is not { } tool) return Missing(name);
        if (tool.Channel.Owner is { } owner) return new NetworkError.Forbidden($"the tool '{name}' is {owner}'s");
        Remove(tool);
        return NetworkResult.Ok;
    }

    /// <summary>Withdraws a peer's tool.</summary>
    public NetworkResult UnregisterFor(Connection owner, string name)
    {
        if (Find(name) is not { } tool) return Missing(name);
        if (tool.Channel.Owner != owner) return new NetworkError.Forbidden($"the tool '{name}' is not yours");
        Remove(tool);
        return NetworkResult.Ok;
    }

    /// <summary>A channel is gone, and its tools with it.</summary>
    public void RemoveAllOf(Channel channel)
    {
        if (_tools.Count == 0) return;
        foreach (var tool in _tools.Values.Where(tool => tool.Channel == channel).ToArray()) Remove(tool);
    }

    /// <summary>Offers a resource.</summary>
    public NetworkResult Register(McpResource resource)
    {
        ArgumentNullException.ThrowIfNull(resource);
        var template = ResourceAddress.Parse(resource);
        if (!template.IsOk) return template.Error;
        if (_resources.Count >= _limits.ResourcesMax)
        {
            return new NetworkError.LimitExceeded(nameof(McpOptions.ResourcesMax), _limits.ResourcesMax, _resources.Count + 1);
        }

        if (!_resources.TryAdd(resource.Uri, template.Value)) return new NetworkError.AlreadyExists($"a resource at '{resource.Uri}'");
        Replace();
        return NetworkResult.Ok;
    }

    /// <summary>Withdraws a resource.</summary>
    public NetworkResult UnregisterResource(string uri)
    {
        if (!_resources.Remove(uri)) return new NetworkError.InvalidArgument($"there is no resource at '{uri}'");
        Replace();
        return NetworkResult.Ok;
    }

    /// <summary>The resource at an address: itself, or the template that it follows.</summary>
    public ResourceMatch? FindResource(string uri)
    {
        if (_resources.TryGetValue(uri, out var exact) && !exact.Resource.IsTemplate) return new ResourceMatch(exact.Resource, new ResourceRead(uri, ResourceAddress.NoValues));
        foreach (var template in _resources.Values)
        {
            if (template.Match(uri) is { } values) return new ResourceMatch(template.Resource, new ResourceRead(uri, values));
        }

        return null;
    }

    private NetworkResult Add(
        string name, string description, JsonElement inputSchema, Channel channel, ToolHandler? handler, ToolOptions tool)
    {
        if (Check(name, description, inputSchema, tool) is { } error) return error;
        var schema = ToolSchema.Parse(inputSchema);
        if (!schema.IsOk) return schema.Error;
        if (tool.OutputSchema is { } output && ToolSchema.Parse(output) is { IsOk: false } bad) return bad.Error;
        var registered = new RegisteredTool(new McpTool(name, description, inputSchema.Clone(), schema.Value, channel.Id, tool), channel, handler);
        _tools.Add(name, registered);
        Replace();
        return NetworkResult.Ok;
    }

    private NetworkError? Check(string name, string description, JsonElement inputSchema, ToolOptions tool)
    {
        if (ToolNames.Check(name) is { } error) return error;
        if (_tools.ContainsKey(name)) return new NetworkError.AlreadyExists($"a tool named '{name}'");
        if (string.IsNullOrWhiteSpace(description)) return new NetworkError.InvalidArgument($"the tool '{name}' needs a description, or no model knows what it is for");
        if (description.Length > _limits.DescriptionCharsMax)
        {
            return new NetworkError.LimitExceeded(nameof(McpOptions.DescriptionCharsMax), _limits.DescriptionCharsMax, description.Length);
        }

        if (_tools.Count >= _limits.ToolsMax) return new NetworkError.LimitExceeded(nameof(McpOptions.ToolsMax), _limits.ToolsMax, _tools.Count + 1);
        if (inputSchema.ValueKind != JsonValueKind.Object) return new NetworkError.InvalidArgument($"the input schema of '{name}' must be a JSON object, was {inputSchema.ValueKind}");
        var bytes = Encoding.UTF8.GetByteCount(inputSchema.GetRawText());
        if (bytes > _limits.SchemaBytesMax) return new NetworkError.LimitExceeded(nameof(McpOptions.SchemaBytesMax), _limits.SchemaBytesMax, bytes);
        return tool.Timeout is { } timeout && timeout <= TimeSpan.Zero
            ? new NetworkError.InvalidArgument($"ToolOptions.Timeout must be above 0, was {timeout}")
            : null;
    }

    private NetworkError? Parse(string text, out JsonElement schema)
    {
        schema = default;
        var bytes = Encoding.UTF8.GetByteCount(text);
        if (bytes > _limits.SchemaBytesMax) return new NetworkError.LimitExceeded(nameof(McpOptions.SchemaBytesMax), _limits.SchemaBytesMax, bytes);
        try
        {
            using var document = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = _limits.JsonDepthMax });
            schema = document.RootElement.Clone();
            return null;
        }
        catch (JsonException exception)
        {
            return new NetworkError.InvalidArgument($"the input schema is no JSON: {exception.Message}");
        }
    }

    // The control channel is everybody's.
    private Channel? FindChannel(ChannelId id) => id == ChannelRanges.Control ? null : channels.Find(id);

    private void Remove(RegisteredTool tool)
    {
        _tools.Remove(tool.Tool.Name);
        Replace();
        EndCalls(tool);
    }

    private void Replace()
    {
        counters.Registered = _tools.Count;
        Volatile.Write(ref _catalog, new McpCatalog(
            [.. _tools.Values.Select(static tool => tool.Tool).OrderBy(static tool => tool.Name, StringComparer.Ordinal)],
            [.. _resources.Values.Select(static template => template.Resource).OrderBy(static resource => resource.Uri, StringComparer.Ordinal)]));
        HasChanged = true;
    }

    private static NetworkError.InvalidArgument Missing(string name) => new($"there is no tool named '{name}'");
}

/// <summary>A resource that an address leads to, and what its reader is told.</summary>
internal readonly record struct ResourceMatch(McpResource Resource, ResourceRead Read);
