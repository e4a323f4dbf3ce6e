using Playground.Ecs.Networking;
using Playground.Ecs.Networking.Channels;

namespace Playground.Demo.Plugins;

/// <summary>Returns each packet to its sender, with the same type, priority and reliability, and answers each request with its own body.</summary>
internal sealed class EchoPlugin
{
    public EchoPlugin(NetworkingSystem networking) => Channel = networking.RegisterPlugin("echo", new PluginOptions
    {
        Loopback = false,
        Handler = Return,
        RequestHandler = static (request, _) => new(request.Body),
    }).Unwrap();

    public Channel Channel { get; }

    /// <summary>Packets that could not go back: their sender left, or its send queue was full.</summary>
    public long Unreturned { get; private set; }

    private void Return(Channel channel, in ReceivedPacket packet)
    {
        var returned = packet.IsReliable
            ? channel.SendReliableTo(packet.Sender, packet.PacketType, packet.Data.Span, packet.Priority)
            : channel.SendTo(packet.Sender, packet.PacketType, packet.Data.Span, packet.Priority);
        if (!returned.IsOk) Unreturned++;
    }
}
