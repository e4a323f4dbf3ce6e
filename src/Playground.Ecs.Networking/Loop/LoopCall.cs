using Playground.Ecs.Networking.Channels;
using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.Loop;

/// <summary>Something that another thread asked the loop to do: a send, with its bytes, or any call.</summary>
internal readonly struct LoopCall
{
    public Action? Action { get; init; }

    public SendOrPostCallback? Callback { get; init; }

    public object? State { get; init; }

    public Channel? Channel { get; init; }

    /// <summary>The receiver of a directed send; <see cref="Entity.Null"/>: the channel's subscribers.</summary>
    public Entity Receiver { get; init; }

    public ushort PacketType { get; init; }

    public Priority Priority { get; init; }

    /// <summary>Rented from the shared array pool; whoever runs the call returns it.</summary>
    public byte[]? Data { get; init; }

    public int Length { get; init; }
}
