using Playground.Ecs.Networking;
using Playground.Ecs.Networking.Channels;

namespace Playground.Demo.Plugins;

/// <summary>A room: what one says goes to the other subscribers, stamped with who said it. Nothing is kept here.</summary>
internal sealed class ChatPlugin
{
    public ChatPlugin(NetworkingSystem networking) => Channel = networking.RegisterPlugin(
        "chat",
        new PluginOptions { Relay = true, StampSender = true, Loopback = false, Handler = Forget }).Unwrap();

    public Channel Channel { get; }

    // The relay is the networking's work; a handler that does nothing keeps the lines out of the inbox.
    private static void Forget(Channel channel, in ReceivedPacket packet)
    {
    }
}
