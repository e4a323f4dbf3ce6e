using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Playground.Ecs.Networking.Channels;
using Playground.Ecs.Networking.Mcp;
using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking;

// Tools and resources for language models.
public sealed partial class NetworkingSystem
{
    /// <summary>The HTTP side's way to the loop.</summary>
    internal IMcpLoop Mcp => throw new NotImplementedException();

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
        throw new NotImplementedException();

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
        CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>Withdraws a tool; its calls under way are cancelled. Any thread.</summary>
    /// <returns>Ok; InvalidArgument when there is none of that name, Forbidden for a peer's.</returns>
    public ValueTask<NetworkResult> UnregisterMcpToolAsync(string name, CancellationToken cancellationToken = default) =>
        throw new NotImplementedException();

    /// <summary>The tools on offer. Any thread.</summary>
    public IReadOnlyList<McpTool> ListMcpTools() => throw new NotImplementedException();

    /// <summary>Registers a tool at once. Loop thread, or before the first frame.</summary>
    /// <inheritdoc cref="RegisterMcpToolAsync(string, string, JsonElement, ChannelId, ToolHandler, ToolOptions, CancellationToken)"/>
    public NetworkResult RegisterMcpTool(
        string name, string description, JsonElement inputSchema, ChannelId handlerChannel, ToolHandler? handler = null, ToolOptions? options = null) =>
        throw new NotImplementedException();

    /// <summary>Withdraws a tool at once. Loop thread, or before the first frame.</summary>
    /// <returns>Ok; InvalidArgument when there is none of that name, Forbidden for a peer's.</returns>
    public NetworkResult UnregisterMcpTool(string name) => throw new NotImplementedException();

    /// <summary>Offers a resource, or a template of many. Any thread.</summary>
    /// <returns>Ok; AlreadyExists, InvalidArgument for the address, LimitExceeded.</returns>
    public ValueTask<NetworkResult> RegisterMcpResourceAsync(McpResource resource, CancellationToken cancellationToken = default) =>
        throw new NotImplementedException();

    /// <summary>Withdraws a resource or template by its address. Any thread.</summary>
    /// <returns>Ok; InvalidArgument when there is none.</returns>
    public ValueTask<NetworkResult> UnregisterMcpResourceAsync(string uri, CancellationToken cancellationToken = default) =>
        throw new NotImplementedException();

    /// <summary>Tells the models that subscribed to a resource that its contents changed; once a frame at most, however often it is called. Any thread.</summary>
    public void NotifyMcpResourceChanged(string uri) => throw new NotImplementedException();

    /// <summary>
    /// Shows a component to language models under a name: the built-in tools read it, and where <see cref="McpOptions.AllowWrites"/> says so, write it.
    /// Loop thread, or before the first frame. Nothing is shown that was not named.
    /// </summary>
    /// <param name="name">1-64 lower-case letters, digits and <c>_</c>.</param>
    /// <param name="options">What else there is to say about it; null: the defaults.</param>
    /// <returns>Ok; AlreadyExists for name or component, InvalidArgument for the name or a type that JSON cannot show.</returns>
    [RequiresDynamicCode("Reflects over T.")]
    [RequiresUnreferencedCode("Reflects over T.")]
    public NetworkResult Expose<T>(string name, ExposeOptions? options = null)
        where T : struct => throw new NotImplementedException();
}
