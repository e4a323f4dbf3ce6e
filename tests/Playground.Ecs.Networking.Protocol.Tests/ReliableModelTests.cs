using CsCheck;

namespace Playground.Ecs.Networking.Protocol.Tests;

/// <summary>The two sides of reliable delivery, used in any way, beside a plain list.</summary>
public class ReliableModelTests
{
    private const int BytesMax = 18_000;

    private enum Operation
    {
        Stamp,
        StampMany,
        Acknowledge,
        BeginReplay,
        TakeReplay,
    }

    [Test]
    public void A_window_agrees_with_a_plain_list() =>
        Gen.Select(
            Gen.Int[65536 - 60, 65536 + 60],
            Gen.Int[1, 40],
            Gen.Select(Operations, Gen.Int[-2, 12], Gen.OneOf(Gen.Int[0, 60], Gen.Int[0, 9_000])).Array[0, 120])
            .Sample((start, packetsMax, steps) => new WindowRun(start, packetsMax).Agrees(steps), iter: 3_000);

    [Test]
    public void Over_links_that_end_anywhere_every_packet_is_accepted_once_and_in_order() =>
        Gen.Select(
            Gen.Int[65536 - 60, 65536 + 60],
            Gen.Select(Operations, Gen.Int[0, 12], Gen.Int[0, 400]).Array[0, 120])
            .Sample((start, steps) => new DeliveryRun(start).DeliversAll(steps), iter: 3_000);

    private static Gen<Operation> Operations => Gen.Frequency(
        (6, Gen.Const(Operation.Stamp)),
        (1, Gen.Const(Operation.StampMany)),
        (4, Gen.Const(Operation.Acknowledge)),
        (1, Gen.Const(Operation.BeginReplay)),
        (3, Gen.Const(Operation.TakeReplay)));

    private static byte[] Packet(int type, int bytes)
    {
        var payload = new byte[bytes];
        payload.AsSpan().Fill((byte)type);
        var packet = new byte[PacketWriter.SizeOf(bytes)];
        PacketWriter.Write(packet, new PacketHeader(1000, (ushort)type, Priority.Normal, PacketFlags.Reliable), payload);
        return packet;
    }

    // Counts without end; only what it compares with wraps.
    private static Sequence Wrapped(int number) => new(unchecked((ushort)number));

    private sealed class WindowRun(int start, int packetsMax)
    {
        private readonly CountingPool _pool = new();
        private readonly List<byte[]> _unacknowledged = [];
        private int _stamped = start;

        // How many of the unacknowledged ones count as written.
        private int _written;

        public bool Agrees((Operation Operation, int Count, int Bytes)[] steps)
        {
            using var window = new ReliableWindow(packetsMax, BytesMax, _pool, Wrapped(_stamped));
            foreach (var (operation, count, bytes) in steps)
            {
                if (!Do(window, operation, count, bytes)) return false;
                if (window.Packets != _unacknowledged.Count || window.Bytes != _unacknowledged.Sum(p => p.Length)) return false;
                if (window.LastStamped != Wrapped(_stamped) || window.LastAcknowledged != Wrapped(_stamped - _unacknowledged.Count)) return false;
                if (window.IsReplaying != (_written < _unacknowledged.Count) || window.IsEmpty != (_unacknowledged.Count == 0)) return false;
                if (_pool.Outstanding != (window.IsEmpty ? 0 : 1) || _pool.Largest > 8 * BytesMax) return false;
            }

            window.Dispose();
            return _pool.Outstanding == 0;
        }

        private bool Do(ReliableWindow window, Operation operation, int count, int bytes)
        {
            switch (operation)
            {
                case Operation.Stamp:
                    return Stamp(window, bytes);
                case Operation.StampMany:
                    return Enumerable.Range(0, 20).All(_ => Stamp(window, bytes / 8));
                case Operation.Acknowledge:
                    return Acknowledge(window, count);
                case Operation.BeginReplay:
                    window.BeginReplay();
                    _written = 0;
                    return true;
                default:
                    return TakeReplay(window, Math.Max(0, count), bytes);
            }
        }

        private bool Stamp(ReliableWindow window, int bytes)
        {
            var packet = Packet(_stamped, bytes);
            var hasRoom = _unacknowledged.Count < packetsMax
                && _unacknowledged.Sum(p => p.Length) + packet.Length <= BytesMax
                && _written == _unacknowledged.Count;
            if (window.HasRoomFor(packet.Length) != hasRoom) return false;
            if (!hasRoom) return true;
            if (window.Stamp(packet) != Wrapped(++_stamped)) return false;
            _unacknowledged.Add(packet);
            _written++;
            return PacketHeader.TryRead(packet, out var header) && header.Sequence == Wrapped(_stamped).Value;
        }

        private bool Acknowledge(ReliableWindow window, int count)
        {
            var expected = count < 0 ? AckStatus.Stale
                : count == 0 ? AckStatus.Unchanged
                : count > _unacknowledged.Count ? AckStatus.Impossible : AckStatus.Advanced;
            if (window.Acknowledge(Wrapped(_stamped - _unacknowledged.Count + count)) != expected) return false;
            if (expected != AckStatus.Advanced) return true;
            _unacknowledged.RemoveRange(0, count);
            _written = Math.Max(0, _written - count);
            return true;
        }

        private bool TakeReplay(ReliableWindow window, int packetsMaxNow, int bytesMax)
        {
            var expected = new List<byte[]>();
            var bytes = 0;
            foreach (var packet in _unacknowledged.Skip(_written).Take(packetsMaxNow))
            {
                bytes += packet.Length;
                if (bytes > bytesMax) break;
                expected.Add(packet);
            }

            _written += expected.Count;
            var taken = window.TakeReplay(bytesMax, packetsMaxNow, out var count);
            return count == expected.Count && taken.SequenceEqual(expected.SelectMany(p => p).ToArray());
        }
    }

    /// <summary>A sender and a receiver, with a link between them that loses everything on its way when it ends.</summary>
    private sealed class DeliveryRun(int start)
    {
        private readonly ReliableReceiver _receiver = new(Wrapped(start));
        private readonly Queue<byte[]> _toReceiver = [];
        private readonly Queue<Sequence> _acks = [];
        private readonly List<int> _accepted = [];
        private int _sent;

        public bool DeliversAll((Operation Operation, int Count, int Bytes)[] steps)
        {
            using var window = new ReliableWindow(20, BytesMax, new CountingPool(), _receiver.LastReceived);
            var isSound = steps.All(step => Do(window, step.Operation, step.Count, step.Bytes));
            isSound = isSound && NewLink(window) && Replay(window, int.MaxValue) && Receive(int.MaxValue);
            return isSound && _accepted.SequenceEqual(Enumerable.Range(0, _sent));
        }

        private bool Do(ReliableWindow window, Operation operation, int count, int bytes) => operation switch
        {
            Operation.Stamp => Send(window, bytes),
            Operation.StampMany => Enumerable.Range(0, 20).All(_ => Send(window, bytes)),
            Operation.Acknowledge => Receive(count) && TakeAcks(window, count / 2),
            Operation.BeginReplay => NewLink(window),
            _ => Replay(window, count),
        };

        private bool Send(ReliableWindow window, int bytes)
        {
            var packet = Packet(_sent, bytes);
            if (!window.HasRoomFor(packet.Length)) return true;
            window.Stamp(packet);
            _toReceiver.Enqueue(packet);
            _sent++;
            return true;
        }

        private bool Receive(int count)
        {
            for (; count > 0 && _toReceiver.TryDequeue(out var packet); count--)
            {
                if (!PacketHeader.TryRead(packet, out var header)) return false;
                if (_receiver.Check(new Sequence(header.Sequence)) != ReliableStatus.Next) return false;
                _receiver.Accept();
                _accepted.Add(header.Type);
                _acks.Enqueue(_receiver.LastReceived);
            }

            return true;
        }

        private bool TakeAcks(ReliableWindow window, int count)
        {
            for (; count > 0 && _acks.TryDequeue(out var ack); count--)
            {
                if (window.Acknowledge(ack) != AckStatus.Advanced) return false;
            }

            return true;
        }

        // Hello and Welcome say what was received; then everything else is repeated.
        private bool NewLink(ReliableWindow window)
        {
            _toReceiver.Clear();
            _acks.Clear();
            if (window.Acknowledge(_receiver.LastReceived) is AckStatus.Stale or AckStatus.Impossible) return false;
            window.BeginReplay();
            return true;
        }

        private bool Replay(ReliableWindow window, int count)
        {
            var portion = new PacketReader(window.TakeReplay(int.MaxValue, count, out var packets).ToArray());
            while (portion.TryRead(out var header, out _))
            {
                var packet = new byte[PacketWriter.SizeOf(header.PayloadLength)];
                PacketWriter.Write(packet, header, portion.Payload);
                _toReceiver.Enqueue(packet);
                packets--;
            }

            return packets == 0;
        }
    }
}
