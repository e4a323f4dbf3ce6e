using System.Text;
using MessagePack;
using Playground.Ecs.Networking;
using Playground.Ecs.Networking.Channels;
using Playground.Ecs.Networking.Components;

namespace Playground.Demo.Plugins;

/// <summary>
/// A room: what one says goes to the other subscribers, stamped with who said it, and to the language models that are there. Nothing is kept here.
/// </summary>
internal sealed class ChatPlugin
{
    /// <summary>Client: a line, in UTF-8.</summary>
    public const ushort Line = 1;

    /// <summary>Server: a <see cref="ChatLine"/> of somebody without a link.</summary>
    public const ushort Said = 2;

    private static readonly QueryDescription Models = new QueryDescription().WithAll<LlmSessionComponent>();

    private readonly World _world;

    public ChatPlugin(World world, NetworkingSystem networking)
    {
        _world = world;
        Channel = networking.RegisterPlugin(
            "chat",
            new PluginOptions { Relay = true, StampSender = true, Loopback = false, Handler = Hear }).Unwrap();
    }

    public Channel Channel { get; }

    /// <summary>Says something in the room in the name of somebody without a link.</summary>
    public NetworkResult Say(string speaker, string text) => Channel.Send(Said, new ChatLine { Speaker = speaker, Text = text });

    // The relay is the networking's work; models read a line with their next result.
    private void Hear(Channel channel, in ReceivedPacket packet)
    {
        if (!_world.IsAlive(packet.Sender) || !_world.TryGet<ConnectionComponent>(packet.Sender, out var speaker)) return;
        var line = new ChatLine { Speaker = speaker.PeerId, Text = Encoding.UTF8.GetString(packet.Data.Span) };
        foreach (ref var chunk in _world.Query(in Models))
        {
            for (var i = 0; i < chunk.Count; i++) channel.SendTo(chunk.Entity(i), Said, line);
        }
    }
}

/// <summary>What somebody said.</summary>
[MessagePackObject]
public struct ChatLine
{
    /// <summary>Who.</summary>
    [Key(0)]
    public string Speaker;

    /// <summary>What.</summary>
    [Key(1)]
    public string Text;
}
