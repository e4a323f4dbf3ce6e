using System.Text.Json.Serialization;
using MessagePack;

#pragma warning disable CA1515 // MessagePack's generated formatters see public types only.
namespace Playground.Ecs.Networking.Benchmarks.Sending.Messages;

/// <summary>Where an entity is: the message that a game sends most.</summary>
[MessagePackObject]
public readonly record struct Moved(
    [property: Key(0)] uint Tick, [property: Key(1)] int EntityId, [property: Key(2)] float PositionX, [property: Key(3)] float PositionY,
    [property: Key(4)] float VelocityX, [property: Key(5)] float VelocityY);

/// <summary>What a player presses, as switches: nearly all of it names.</summary>
[MessagePackObject]
public readonly record struct Pressed(
    [property: Key(0)] uint Tick, [property: Key(1)] bool MoveForward, [property: Key(2)] bool MoveBackward, [property: Key(3)] bool MoveLeft,
    [property: Key(4)] bool MoveRight, [property: Key(5)] bool JumpPressed, [property: Key(6)] int SelectedWeapon);

/// <summary>A line of chat: nearly all of it text.</summary>
[MessagePackObject]
public sealed record Said([property: Key(0)] int SenderId, [property: Key(1)] string Text);

/// <summary>A hundred bodies in one message.</summary>
[MessagePackObject]
public sealed record Snapshot([property: Key(0)] Moved[] Bodies);

/// <summary>A packet as JSON has it: what twelve bytes of header say here.</summary>
public sealed record Envelope<T>(string Channel, string PacketType, string Priority, T Payload);

/// <summary>JSON without reflection, with names as in JavaScript.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Moved))]
[JsonSerializable(typeof(Pressed))]
[JsonSerializable(typeof(Said))]
[JsonSerializable(typeof(Snapshot))]
[JsonSerializable(typeof(Envelope<Moved>))]
[JsonSerializable(typeof(Envelope<Pressed>))]
[JsonSerializable(typeof(Envelope<Said>))]
[JsonSerializable(typeof(Envelope<Snapshot>))]
internal sealed partial class MessagesJson : JsonSerializerContext;
