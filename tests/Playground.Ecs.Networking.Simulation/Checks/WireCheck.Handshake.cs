using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.Simulation.Checks;

/// <content>Hello, Welcome, Goodbye.</content>
internal sealed partial class WireCheck
{
    private static void DemandWelcome(WireLink wire, in PacketHeader header)
    {
        var isFirst = header.Channel == ChannelId.Control && (ControlType)header.Type is ControlType.Welcome or ControlType.Goodbye;

        // A link whose Hello comes late is a listener until then.
        if (!isFirst && header.IsReliable) throw new SimulationFailedException($"client {wire.Client} was sent this before its Welcome: {header}");
    }

    private void ServerWroteControl(WireLink wire, in PacketHeader header, ReadOnlySpan<byte> payload)
    {
        switch ((ControlType)header.Type)
        {
            case ControlType.Welcome:
                ServerWelcomes(wire, Read<Welcome>(Welcome.TryRead, payload));
                break;
            case ControlType.Ack:
                // What an older link still gives is older than the newer one's Welcome.
                if (wire.Session!.Link == wire) wire.Session.Up.Announces(ReadAck(payload).Sequence);
                break;
            case ControlType.Goodbye:
                wire.Goodbye = Read<Goodbye>(Goodbye.TryRead, payload).Error;
                log($"server says Goodbye to client {wire.Client}: {wire.Goodbye}");
                break;
        }
    }

    private void ServerWelcomes(WireLink wire, in Welcome welcome)
    {
        if (wire.WasWelcomed) throw new SimulationFailedException($"client {wire.Client} was welcomed twice on one link");
        var token = Convert.ToBase64String(welcome.ResumeToken.Span);
        if (!_tokens.Add(token)) throw new SimulationFailedException($"client {wire.Client} got a resume token that was used before");
        wire.WasWelcomed = true;
        wire.IsResumed = welcome.Resumed;
        wire.Session = welcome.Resumed ? Resumed(wire, welcome) : Begun(wire, welcome);
        wire.Session.Link = wire;
        log($"server welcomes client {wire.Client} on {wire.Name}: {welcome}");
    }

    private SessionTrace Resumed(WireLink wire, in Welcome welcome)
    {
        if (Find(welcome.PeerId) is not { IsOver: false } session || session.Client != wire.Client)
        {
            throw new SimulationFailedException($"client {wire.Client} resumed a session that cannot be its own: {welcome}");
        }

        session.Resumes++;
        session.Up.Announces(welcome.LastReceived);
        wire.RepeatedUntil = session.StampedAtFrameEnd;
        return session;
    }

    private SessionTrace Begun(WireLink wire, in Welcome welcome)
    {
        if (welcome.LastReceived != initial.Value) throw new SimulationFailedException($"a new session of client {wire.Client} begins at {welcome.LastReceived}");
        if (wire is { AsksToResume: true, Before: { } before } && before.Life == Life) Refused.Add(before);
        var session = new SessionTrace(Life, welcome.PeerId, wire.Client, name => new ReliableTrace(name, initial, ProtocolLimits.ReliableWindowPackets, windowBytes));
        Add(session);
        return session;
    }

    private void ClientSaysHello(WireLink wire, in PacketHeader header, ReadOnlySpan<byte> payload)
    {
        if (header.Channel != ChannelId.Control || header.Type != Hello.WireType) throw new SimulationFailedException($"client {wire.Client} began a link with {header}");
        var hello = ReadHello(payload);
        wire.SaidHello = true;
        wire.AsksToResume = !hello.ResumeToken.IsEmpty;
        wire.Before = SessionOf(wire.Client);
        if (wire.AsksToResume) wire.Before!.Down.Announces(hello.LastReceived);
    }

    private void ClientGetsWelcome(WireLink wire, ReadOnlySpan<byte> payload)
    {
        var welcome = Read<Welcome>(Welcome.TryRead, payload);
        var session = wire.Session!;
        wire.KnowsWelcome = true;
        session.Up.Learns(welcome.LastReceived);
        if (_current.GetValueOrDefault(wire.Client) == session) return;
        _current[wire.Client] = session;
        if (!Learned.TryGetValue(wire.Client, out var learned)) Learned.Add(wire.Client, learned = []);
        learned.Enqueue(session);
    }

    private delegate bool Reader<T>(ReadOnlyMemory<byte> payload, out T message);

    private static Ack ReadAck(ReadOnlySpan<byte> payload) => Read<Ack>(Ack.TryRead, payload);

    private static Hello ReadHello(ReadOnlySpan<byte> payload) => Read<Hello>(Hello.TryRead, payload);

    private static T Read<T>(Reader<T> reader, ReadOnlySpan<byte> payload) =>
        reader(payload.ToArray(), out var message) ? message : throw new SimulationFailedException($"a malformed {typeof(T).Name} was sent");
}
