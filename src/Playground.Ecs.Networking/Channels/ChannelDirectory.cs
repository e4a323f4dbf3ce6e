using Playground.Ecs.Networking.Components;
using Playground.Ecs.Networking.Links;
using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Sending;
using Playground.Ecs.Networking.Sessions;

namespace Playground.Ecs.Networking.Channels;

/// <summary>Registers channels and subscriptions, for the application and for clients. Loop thread only.</summary>
internal sealed class ChannelDirectory(
    NetworkingSystem system, NetworkingOptions options, World world, ChannelRegistry registry, BufferPool pool, SendStage sends, InboxList inboxes)
{
    /// <summary>Changes to the world's structure that wait for the next border between stages.</summary>
    public Action<Action> Restructure { get; set; } = null!;

    /// <summary>Ends the requests to a channel that goes away. Set before the first frame.</summary>
    public Action<Channel> EndRequests { get; set; } = null!;

    /// <summary>Withdraws the tools of a channel that goes away. Set before the first frame.</summary>
    public Action<Channel> EndTools { get; set; } = null!;

    public NetworkResult<Channel> RegisterPlugin(string name, PluginOptions plugin)
    {
        var id = registry.Allocate(name, plugin.Range);
        return id.IsOk ? Add(id.Value, name, plugin, null) : id.Error;
    }

    public NetworkResult<Channel> RegisterSystem(string name, ChannelId id, PluginOptions plugin) =>
        registry.CheckSystem(name, id) is { } error ? error : Add(id, name, plugin, null);

    /// <summary>A language model's channel.</summary>
    public NetworkResult<Channel> AddModel(PluginOptions model)
    {
        var free = registry.AllocateModel();
        return free.IsOk ? Add(free.Value.Id, free.Value.Name, model, null) : free.Error;
    }

    /// <summary>The control channel, which nobody registers and which has no entity.</summary>
    public Channel AddControl()
    {
        var control = new Channel(system, ChannelRanges.Control, "control", new PluginOptions { Loopback = false }, null, CreateInbox());
        registry.Add(control);
        return control;
    }

    public NetworkResult<ChannelId> RegisterFor(Connection owner, string name, ChannelId requested)
    {
        if (!options.AllowClientChannels) return new NetworkError.Forbidden("clients may not register channels on this server");
        if (owner.OwnedChannels.Count >= options.ClientChannelsMax)
        {
            return new NetworkError.LimitExceeded(
                nameof(NetworkingOptions.ClientChannelsMax), options.ClientChannelsMax, owner.OwnedChannels.Count + 1);
        }

        var id = requested == default
            ? registry.Allocate(name, ChannelRange.Any)
            : registry.CheckPlugin(name, requested) is { } error ? error : requested;
        if (!id.IsOk) return id.Error;
        owner.OwnedChannels.Add(Add(id.Value, name, PluginOptions.Default, owner));
        return id;
    }

    public NetworkResult<ChannelId> UnregisterFor(Connection owner, ChannelId id)
    {
        if (registry.Find(id) is not { } channel || id == ChannelRanges.Control) return new NetworkError.ChannelNotFound(id);
        if (channel.Owner != owner) return new NetworkError.Forbidden($"channel {id} is not yours");
        Remove(channel);
        return id;
    }

    public NetworkResult Unregister(ChannelId id)
    {
        if (id == ChannelRanges.Control) return new NetworkError.Forbidden("the control channel stays");
        if (registry.Find(id) is not { } channel) return new NetworkError.ChannelNotFound(id);
        if (ChannelRanges.IsLlm(id)) return new NetworkError.Forbidden($"channel {id} is a language model's while its session lasts");
        Remove(channel);
        return NetworkResult.Ok;
    }

    public void Remove(Channel channel)
    {
        sends.CatchUpAll(channel);
        foreach (var subscriber in channel.Subscribers.Connections.ToArray())
        {
            subscriber.Subscriptions.Remove(channel);
            channel.Subscribers.Remove(subscriber);
            Withdraw(subscriber, channel);
            Report(subscriber, channel);
        }

        channel.IsRegistered = false;
        channel.Inbox.IsClosed = true;
        inboxes.List(channel.Inbox);
        if (channel.Owner is { } owner)
        {
            owner.OwnedChannels.Remove(channel);
            Report(owner, channel);
        }

        registry.Remove(channel);
        EndRequests(channel);
        EndTools(channel);
        Restructure(() =>
        {
            if (world.Holds(channel.Entity)) world.Destroy(channel.Entity);
        });
    }

    public NetworkResult<ChannelId> Subscribe(Connection connection, Channel channel)
    {
        if (ChannelRanges.IsLlm(channel.Id)) return new NetworkError.Forbidden($"channel {channel.Id} is a language model's, which has no subscribers");
        if (channel.Subscribers.Contains(connection)) return channel.Id;
        if (connection.Subscriptions.Count >= options.SubscriptionsMax)
        {
            return new NetworkError.LimitExceeded(
                nameof(NetworkingOptions.SubscriptionsMax), options.SubscriptionsMax, connection.Subscriptions.Count + 1);
        }

        channel.Subscribers.Add(connection);
        connection.Subscriptions.Add(channel);
        return channel.Id;
    }

    public NetworkResult<ChannelId> Unsubscribe(Connection connection, Channel channel)
    {
        if (!channel.Subscribers.Remove(connection)) return new NetworkError.NotSubscribed(channel.Id);
        connection.Subscriptions.Remove(channel);
        Withdraw(connection, channel);
        return channel.Id;
    }

    // Who is not there is told when it comes back.
    private static void Report(Connection connection, Channel channel)
    {
        if (connection is { HasLink: false, Session: { } session } && !session.LostChannels.Contains(channel)) session.LostChannels.Add(channel);
    }

    // Who leaves a channel is no receiver any more, though what is queued still reaches it.
    private static void Withdraw(Connection connection, Channel channel)
    {
        connection.Outbox.Withdraw(connection, channel);
        connection.Session?.Withdraw(connection, channel);
    }

    /// <summary>After the last frame: what waits in inboxes is dropped at the end of the frame that never comes.</summary>
    public void CloseInboxes()
    {
        foreach (var channel in registry.All) channel.Inbox.IsClosed = true;
        if (registry.Find(ChannelRanges.Control) is { } control) control.Inbox.IsClosed = true;
    }

    public ChannelListing[] List() =>
        [.. registry.All.OrderBy(c => c.Id.Value).Select(c => new ChannelListing(c.Id, c.Name, c.IsSystem))];

    private Channel Add(ChannelId id, string name, PluginOptions plugin, Connection? owner)
    {
        var channel = new Channel(system, id, name, plugin, owner, CreateInbox());
        registry.Add(channel);
        sends.Traffic?.Restart(id);
        Restructure(() =>
        {
            if (!channel.IsRegistered) return;
            channel.Entity = world.Create(new ChannelComponent { ChannelId = id, ChannelName = name, IsSystem = channel.IsSystem });
        });
        return channel;
    }

    private Inbox CreateInbox() => new(options.InboxPacketsMax, options.InboxBytesMax, pool, inboxes);
}
