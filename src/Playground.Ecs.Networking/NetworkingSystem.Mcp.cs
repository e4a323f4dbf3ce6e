using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Playground.Ecs.Networking.Channels;
using Playground.Ecs.Networking.Mcp;
using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking;

// Tools and resources for language models.
public sealed partial class NetworkingSystem
{
    /// <summary>The HTTP side's way to the loop. Any thread.</summary>
    internal IMcpLoop Mcp => _mcp.Loop;

    internal LlmSessions Models => _mcp.Models;

    internal ToolCounters ToolCounters => _mcp.Counters;

    internal McpNotices McpNotices => _mcp.Notices;

    /// <summary>
    /// Offers a tool to language models, whose calls are packets to a channel: of type 0xFF02 in its inbox, a <see cref="ToolCall"/> each, to be
    /// answered with <see cref="Channel.CompleteTool"/>. Any thread.
    /// </summary>
    /// <param name="name">1-64 letters, digits, <c>_</c> and <c>-</c>; unique.</param>
    /// <param name="description">What it does, for the model.</param>
    /// <param name="inputSchema">A JSON schema of its arguments, of type object; they are checked before they reach the channel.</param>
    /// <param name="handlerChannel">The channel that receives the calls.</param>
    /// <param name="cancellationToken">Ends the wait; the tool may be registered all the same.</param>
    /// <returns>Ok; AlreadyExists, InvalidArgument that names what is wrong with name or schema, ChannelNotFound, Forbidden, LimitExceeded.</returns>
    public ValueTask<NetworkResult> RegisterMcpToolAsync(
        string name, string description, JsonElement inputSchema, ChannelId handlerChannel, CancellationToken cancellationToken = default) =>
        CallWithoutValue(() => _mcp.Registry.Register(name, description, inputSchema, handlerChannel, null, ToolOptions.Default), cancellationToken);

    /// <summary>Offers a tool with a handler, which is called on the loop's thread; otherwise as the form without. Any thread.</summary>
    /// <param name="name">1-64 letters, digits, <c>_</c> and <c>-</c>; unique.</param>
    /// <param name="description">What it does, for the model.</param>
    /// <param name="inputSchema">A JSON schema of its arguments, of type object; they are checked before they reach the handler.</param>
    /// <param name="handlerChannel">The channel in whose name it is called; with it the tool goes.</param>
    /// <param name="handler">Carries it out.</param>
    /// <param name="options">What else the tool says about itself; null: the defaults.</param>
    /// <param name="cancellationToken">Ends the wait; the tool may be registered all the same.</param>
    /// <returns>Ok; AlreadyExists, InvalidArgument that names what is wrong with name or schema, ChannelNotFound, Forbidden, LimitExceeded.</returns>
    public ValueTask<NetworkResult> RegisterMcpToolAsync(
        string name,
        string description,
        JsonElement inputSchema,
        ChannelId handlerChannel,
        ToolHandler handler,
        ToolOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return CallWithoutValue(
            () => _mcp.Registry.Register(name, description, inputSchema, handlerChannel, handler, options ?? ToolOptions.Default), cancellationToken);
    }

    /// <summary>Withdraws a tool; its calls under way are cancelled. Any thread.</summary>
    /// <returns>Ok; InvalidArgument when there is none of that name, Forbidden for a peer's.</returns>
    public ValueTask<NetworkResult> UnregisterMcpToolAsync(string name, CancellationToken cancellationToken = default) =>
        CallWithoutValue(() => _mcp.Registry.Unregister(name), cancellationToken);

    /// <summary>The tools on offer, by name. Any thread.</summary>
    public IReadOnlyList<McpTool> ListMcpTools() => _mcp.Registry.Catalog.Tools;

    /// <summary>Registers a tool at once; see <see cref="RegisterMcpToolAsync(string, string, JsonElement, ChannelId, ToolHandler, ToolOptions, CancellationToken)"/>. Loop thread, or before the first frame.</summary>
    /// <param name="name">1-64 letters, digits, <c>_</c> and <c>-</c>; unique.</param>
    /// <param name="description">What it does, for the model.</param>
    /// <param name="inputSchema">A JSON schema of its arguments, of type object.</param>
    /// <param name="handlerChannel">The channel that its calls go to.</param>
    /// <param name="handler">Carries it out; null: its calls wait in the channel's inbox.</param>
    /// <param name="options">What else the tool says about itself; null: the defaults.</param>
    /// <returns>Ok; AlreadyExists, InvalidArgument that names what is wrong with name or schema, ChannelNotFound, Forbidden, LimitExceeded.</returns>
    /// <exception cref="InvalidOperationException">Called by another thread.</exception>
    public NetworkResult RegisterMcpTool(
        string name, string description, JsonElement inputSchema, ChannelId handlerChannel, ToolHandler? handler = null, ToolOptions? options = null)
    {
        DemandLoop();
        lock (_gate.Lock) return _mcp.Registry.Register(name, description, inputSchema, handlerChannel, handler, options ?? ToolOptions.Default);
    }

    /// <summary>Withdraws a tool at once. Loop thread, or before the first frame.</summary>
    /// <returns>Ok; InvalidArgument when there is none of that name, Forbidden for a peer's.</returns>
    /// <exception cref="InvalidOperationException">Called by another thread.</exception>
    public NetworkResult UnregisterMcpTool(string name)
    {
        DemandLoop();
        lock (_gate.Lock) return _mcp.Registry.Unregister(name);
    }

    /// <summary>
    /// Calls a tool as the application itself: by the same rules as a model, but for the limits of a session. Any thread; not to be waited
    /// for on the loop's.
    /// </summary>
    /// <param name="name">The tool's name.</param>
    /// <param name="arguments">The arguments, by its schema.</param>
    /// <param name="cancellationToken">Calls it off.</param>
    /// <returns>The result; what goes wrong is an error in it.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public Task<ToolOutput> CallMcpToolAsync(string name, JsonElement arguments, CancellationToken cancellationToken = default) =>
        _mcp.Loop.CallAsync(null, name, arguments, null, cancellationToken);

    /// <summary>Offers a resource, or a template of many. Any thread.</summary>
    /// <returns>Ok; AlreadyExists, InvalidArgument for the address, LimitExceeded.</returns>
    public ValueTask<NetworkResult> RegisterMcpResourceAsync(McpResource resource, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(resource);
        return CallWithoutValue(() => _mcp.Registry.Register(resource), cancellationToken);
    }

    /// <summary>Withdraws a resource or template by its address. Any thread.</summary>
    /// <returns>Ok; InvalidArgument when there is none.</returns>
    public ValueTask<NetworkResult> UnregisterMcpResourceAsync(string uri, CancellationToken cancellationToken = default) =>
        CallWithoutValue(() => _mcp.Registry.UnregisterResource(uri), cancellationToken);

    /// <summary>Tells the models that subscribed to a resource that its contents changed; once a frame at most, however often it is called. Any thread.</summary>
    public void NotifyMcpResourceChanged(string uri) => _mcp.NoteResource(uri);

    /// <summary>
    /// Shows a component to language models under a name: the built-in tools read it, and where <see cref="McpOptions.AllowWrites"/> says so, write it.
    /// Loop thread, or before the first frame. Nothing is shown that was not named.
    /// </summary>
    /// <param name="name">1-64 lower-case letters, digits and <c>_</c>.</param>
    /// <param name="options">What else there is to say about it; null: the defaults.</param>
    /// <returns>Ok; AlreadyExists for name or component, InvalidArgument for the name or a type that JSON cannot show.</returns>
    /// <exception cref="InvalidOperationException">Called by another thread.</exception>
    [RequiresDynamicCode("Reflects over T. Use the form with a JsonTypeInfo where that is not available.")]
    [RequiresUnreferencedCode("Reflects over T. Use the form with a JsonTypeInfo where that is not available.")]
    public NetworkResult Expose<T>(string name, ExposeOptions? options = null)
        where T : struct
    {
        DemandLoop();
        lock (_gate.Lock) return _mcp.Exposed.Add<T>(name, options ?? ExposeOptions.Default);
    }

    /// <summary>Shows a component without reflection; see <see cref="Expose{T}(string, ExposeOptions)"/>. Loop thread, or before the first frame.</summary>
    /// <param name="name">1-64 lower-case letters, digits and <c>_</c>.</param>
    /// <param name="json">How JSON shows it, from a source-generated context with fields included.</param>
    /// <param name="options">What else there is to say about it; null: the defaults.</param>
    /// <returns>Ok; AlreadyExists for name or component, InvalidArgument for the name or a type that JSON cannot show.</returns>
    /// <exception cref="InvalidOperationException">Called by another thread.</exception>
    public NetworkResult Expose<T>(string name, JsonTypeInfo<T> json, ExposeOptions? options = null)
        where T : struct
    {
        ArgumentNullException.ThrowIfNull(json);
        DemandLoop();
        lock (_gate.Lock) return _mcp.Exposed.Add(name, json, options ?? ExposeOptions.Default);
    }
}
