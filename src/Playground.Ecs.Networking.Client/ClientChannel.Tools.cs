using System.Collections.Concurrent;
using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.Client;

// Tools for language models whose calls come to this channel.
public sealed partial class ClientChannel
{
    private readonly ConcurrentDictionary<string, ClientToolHandler> _tools = new(StringComparer.Ordinal);

    /// <summary>
    /// Offers a tool to the language models at the server, where it allows that; this client must have registered the channel. The tool goes with
    /// the channel and the session: register it again after <see cref="ClientState.SessionLost"/>.
    /// </summary>
    /// <param name="name">1-64 letters, digits, <c>_</c> and <c>-</c>; unique at the server.</param>
    /// <param name="description">What it does, for the model.</param>
    /// <param name="inputSchema">A JSON schema of its arguments, of type object; the server checks them before they arrive here.</param>
    /// <param name="handler">Carries it out.</param>
    /// <param name="cancellationToken">Ends the wait; a late reply is ignored.</param>
    /// <returns>
    /// Ok; AlreadyExists, InvalidArgument that names what is wrong with name or schema, Forbidden, ChannelNotFound, LimitExceeded, Timeout,
    /// NotConnected, Cancelled.
    /// </returns>
    public async ValueTask<NetworkResult> RegisterToolAsync(
        string name, string description, string inputSchema, ClientToolHandler handler, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(description);
        ArgumentNullException.ThrowIfNull(inputSchema);
        ArgumentNullException.ThrowIfNull(handler);
        if (!Names.IsValid(name)) return new NetworkError.InvalidArgument("a tool's name has 1 to 64 letters, digits, '_' and '-'");

        // Before anything behind the reply is handed on: the first call may come with it.
        var asked = _client.ReplyAsync<RegisterMcpTool>(
            id => new RegisterMcpTool(id, name, description, inputSchema, Id), _ => _tools[name] = handler, cancellationToken);
        var reply = await asked.ConfigureAwait(false);
        return reply.IsOk ? NetworkResult.Ok : reply.Error;
    }

    /// <summary>Withdraws a tool of this channel; the server calls off what is under way.</summary>
    /// <returns>Ok; InvalidArgument when the server has none of that name, Forbidden for another's, Timeout, NotConnected, Cancelled.</returns>
    public async ValueTask<NetworkResult> UnregisterToolAsync(string name, CancellationToken cancellationToken = default)
    {
        if (!Names.IsValid(name)) return new NetworkError.InvalidArgument("a tool's name has 1 to 64 letters, digits, '_' and '-'");
        var asked = _client.ReplyAsync<UnregisterMcpTool>(id => new UnregisterMcpTool(id, name), _ => _tools.TryRemove(name, out var gone), cancellationToken);
        var reply = await asked.ConfigureAwait(false);
        return reply.IsOk ? NetworkResult.Ok : reply.Error;
    }

    internal ClientToolHandler? ToolHandler(string name) => _tools.GetValueOrDefault(name);
}
