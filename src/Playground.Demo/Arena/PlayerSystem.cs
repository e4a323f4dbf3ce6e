using Playground.Ecs.Networking.Components;

namespace Playground.Demo.Arena;

/// <summary>Gives each connected peer a body and takes it when the peer's session is over; who may come back finds it.</summary>
internal sealed class PlayerSystem(World world, BodyNumbers numbers, uint seed) : BaseSystem<World, float>(world)
{
    private static readonly QueryDescription WithoutBody = new QueryDescription().WithAll<ConnectionComponent>().WithNone<Avatar>();
    private static readonly QueryDescription Piloted = new QueryDescription().WithAll<Pilot, Body>();

    // A query must not change what it walks over: who comes and goes is collected first.
    private readonly List<Entity> _changes = [];

    /// <summary>Players in the arena.</summary>
    public int Count { get; private set; }

    /// <inheritdoc/>
    public override void Update(in float step)
    {
        TakeBodies();
        GiveBodies();
    }

    private void GiveBodies()
    {
        foreach (ref var chunk in World.Query(in WithoutBody))
        {
            var connections = chunk.GetSpan<ConnectionComponent>();
            for (var i = 0; i < chunk.Count; i++)
            {
                if (connections[i].Connected) _changes.Add(chunk.Entity(i));
            }
        }

        foreach (var connection in _changes)
        {
            GiveBody(connection);
        }

        _changes.Clear();
    }

    private void GiveBody(Entity connection)
    {
        var number = numbers.Take();
        var peer = World.Get<ConnectionComponent>(connection).PeerId;
        var dice = Dice.Seed(seed, number);
        var body = World.Create(
            new Body { Number = number, Kind = BodyKind.Player, Hue = (byte)Dice.Throw(ref dice, 0, 256) },
            new Position { X = Dice.Throw(ref dice, 0, ArenaField.Width), Y = Dice.Throw(ref dice, 0, ArenaField.Height) },
            default(Velocity),
            new Pilot { Connection = connection },
            new Nameplate { Name = peer, PeerId = peer });
        World.Add(connection, new Avatar { Body = body });
        Count++;
    }

    private void TakeBodies()
    {
        foreach (ref var chunk in World.Query(in Piloted))
        {
            var pilots = chunk.GetSpan<Pilot>();
            for (var i = 0; i < chunk.Count; i++)
            {
                if (!World.IsAlive(pilots[i].Connection)) _changes.Add(chunk.Entity(i));
            }
        }

        foreach (var body in _changes)
        {
            TakeBody(body);
        }

        _changes.Clear();
    }

    private void TakeBody(Entity body)
    {
        numbers.Return(World.Get<Body>(body).Number);
        World.Destroy(body);
        Count--;
    }
}
