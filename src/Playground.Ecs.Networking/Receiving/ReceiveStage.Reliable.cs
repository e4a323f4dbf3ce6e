using Playground.Ecs.Networking.Channels;
using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Requests;
using Playground.Ecs.Networking.Sessions;

namespace Playground.Ecs.Networking.Receiving;

/// <content>
/// Reliable packets: each once and in order; one that its channel's inbox has no room for is not accepted, and nothing behind it is
/// read (PROTOCOL.md, section 8).
/// </content>
internal sealed partial class ReceiveStage
{
    private enum Verdict
    {
        /// <summary>The next one: it is acknowledged and goes its way.</summary>
        Accepted,

        /// <summary>Had before.</summary>
        Dropped,

        /// <summary>There is no room for it yet.</summary>
        Held,

        /// <summary>The link was closed.</summary>
        Ended,
    }

    private Verdict Judge(Connection connection, in PacketHeader header, int length)
    {
        if (connection.Session is not { } session) return Violate(connection, DisconnectReason.Malformed, "a reliable packet without a session");
        if (header.Channel == ChannelRanges.Control && PacketTypes.IsNeverReliable((ControlType)header.Type))
        {
            return Violate(connection, DisconnectReason.Malformed, $"{(ControlType)header.Type} flagged reliable");
        }

        switch (session.Check(header))
        {
            case ReliableStatus.Duplicate:
                counters.Duplicates++;
                session.Receiver.Drop();
                sends.OweAck(connection);
                return Verdict.Dropped;
            case ReliableStatus.Gap:
                return Violate(
                    connection, DisconnectReason.SequenceViolation, $"sequence {header.Sequence} behind {session.Receiver.LastReceived}");
        }

        if (FullInbox(connection, header, length) is not null) return Verdict.Held;
        session.Receiver.Accept();
        sends.OweAck(connection);
        return Verdict.Accepted;
    }

    private Verdict Violate(Connection connection, DisconnectReason reason, string detail)
    {
        sessions.Disconnect(connection, reason, detail);
        return Verdict.Ended;
    }

    /// <summary>The channel whose inbox has no room for a packet, the rest of its train included; null: it can go on.</summary>
    private Channel? FullInbox(Connection connection, in PacketHeader header, int length)
    {
        if (header.HasMoreFragments) return null;
        if (channels.Find(header.Channel) is not { Owner: null } channel) return null;
        if (header.Channel == ChannelRanges.Control && header.Type != (ushort)ControlType.Broadcast) return null;
        if (PacketTypes.IsReserved(header.Type) && RequestStage.PassesInbox(channel, header.Type)) return null;
        var bytes = (int)Math.Min(connection.Trains.PendingBytes + length, options.MaxPacketBytes);
        return channel.Inbox.AcceptsReliable(bytes) ? null : channel;
    }

    /// <summary>Keeps the rest of a message for the next frame.</summary>
    private void Hold(Connection connection, ReadOnlySpan<byte> rest, bool isFirst)
    {
        var held = pool.Rent(rest.Length);
        rest.CopyTo(held.Bytes);
        held.Length = rest.Length;
        connection.Held = held;
        if (!isFirst) connection.HeldSince = sessions.Now;
    }

    /// <summary>Reads on where a full inbox made it stop.</summary>
    /// <returns>False when the link is not to be read any further in this frame.</returns>
    private bool ReadHeld(Connection connection, ref int packets)
    {
        if (connection.Held is not { } held) return true;
        var rest = _arena.Store(held.Bytes.AsSpan(0, held.Length));
        held.Release();
        connection.Held = null;
        if (!ReadPackets(connection, rest, wasHeld: true)) return TryCloseHeld(connection);
        packets -= 1;
        return true;
    }

    private bool TryCloseHeld(Connection connection)
    {
        if (connection.Held is not { } held || sessions.Now - connection.HeldSince <= options.FullInboxTimeout.Ticks) return false;
        PacketHeader.TryRead(held.Bytes, out var header);
        if (FullInbox(connection, header, header.PayloadLength) is not { } channel) return false;
        log.InboxFull(channel.Name, connection.PeerId);
        sessions.Disconnect(connection, DisconnectReason.InboxFull, $"the inbox of channel {channel.Name} took nothing for {options.FullInboxTimeout}");
        return false;
    }
}
