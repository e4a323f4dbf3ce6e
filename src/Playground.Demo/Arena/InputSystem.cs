using Playground.Ecs.Networking.Channels;

namespace Playground.Demo.Arena;

/// <summary>Reads what players send to the arena. What cannot be read, or makes no sense, is ignored and counted.</summary>
internal sealed class InputSystem(World world, Channel channel, NameSystem names) : BaseSystem<World, float>(world)
{
    /// <summary>Inputs obeyed.</summary>
    public long Accepted { get; private set; }

    /// <summary>Packets of an unknown type, malformed inputs and names, and packets of peers without a body.</summary>
    public long Refused { get; private set; }

    /// <summary>Inputs older than the one obeyed last.</summary>
    public long Stale { get; private set; }

    /// <summary>Answers to Join that could not be sent: the peer left, or its send queue was full.</summary>
    public long Unanswered { get; private set; }

    /// <inheritdoc/>
    public override void Update(in float step)
    {
        foreach (ref readonly var packet in channel.Receive())
        {
            if (!TryFindBody(packet.Sender, out var body)) Refused++;
            else if (packet.PacketType == ArenaPackets.Input) Obey(body, packet);
            else if (packet.PacketType == ArenaPackets.Join) Answer(packet.Sender, body);
            else if (packet.PacketType == ArenaPackets.Name) Rename(body, packet.Data.Span);
            else Refused++;
        }
    }

    private bool TryFindBody(Entity connection, out Entity body)
    {
        body = Entity.Null;
        if (!World.IsAlive(connection) || !World.TryGet<Avatar>(connection, out var avatar)) return false;
        body = avatar.Body;
        return true;
    }

    private void Obey(Entity body, in ReceivedPacket packet)
    {
        if (!packet.TryRead<ArenaInput>(out var input) || !float.IsFinite(input.MoveX) || !float.IsFinite(input.MoveY))
        {
            Refused++;
            return;
        }

        ref var pilot = ref World.Get<Pilot>(body);
        if (!IsNewer(input.Sequence, pilot.Sequence))
        {
            Stale++;
            return;
        }

        var length = float.Hypot(input.MoveX, input.MoveY);
        var scale = length > 1 ? 1 / length : 1;
        (pilot.MoveX, pilot.MoveY, pilot.Sequence) = (input.MoveX * scale, input.MoveY * scale, input.Sequence);
        Accepted++;
    }

    private void Rename(Entity body, ReadOnlySpan<byte> utf8)
    {
        if (PlayerName.TryRead(utf8, out var name)) names.Rename(body, name);
        else Refused++;
    }

    private void Answer(Entity connection, Entity body)
    {
        var you = new ArenaIdentity { Body = World.Get<Body>(body).Number, Width = ArenaField.Width, Height = ArenaField.Height };
        if (!channel.SendTo(connection, ArenaPackets.You, you).IsOk) Unanswered++;
        names.Join(connection, body);
    }

    // Serial-number arithmetic (RFC 1982): the counter may wrap.
    private static bool IsNewer(uint sequence, uint than) => unchecked((int)(sequence - than)) > 0;
}
