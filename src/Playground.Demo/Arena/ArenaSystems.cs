using Playground.Ecs.Networking;
using Playground.Ecs.Networking.Channels;

namespace Playground.Demo.Arena;

/// <summary>The arena: its channel, and the systems that make it, in the order in which they run.</summary>
internal sealed class ArenaSystems
{
    public ArenaSystems(World world, NetworkingSystem networking, int bots, uint seed)
    {
        Channel = networking.RegisterPlugin("arena", new PluginOptions { Range = ChannelRange.Game, Loopback = false }).Unwrap();
        var numbers = new BodyNumbers();
        Players = new PlayerSystem(world, numbers, seed);
        Names = new NameSystem(world, Channel);
        Input = new InputSystem(world, Channel, Names);
        Bots = new BotSystem(world, numbers, bots, seed);
        Movement = new MovementSystem(world);
        Publishing = new PublishSystem(world, Channel);
    }

    public Channel Channel { get; }

    public PlayerSystem Players { get; }

    public InputSystem Input { get; }

    public NameSystem Names { get; }

    public BotSystem Bots { get; }

    public MovementSystem Movement { get; }

    public PublishSystem Publishing { get; }

    public ISystem<float>[] InOrder => [Players, Input, Names, Bots, Movement, Publishing];
}
