using CsCheck;
using Playground.Ecs.Networking.Channels;
using Playground.Ecs.Networking.Links;
using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.Tests.Channels;

/// <summary>Any use of an inbox, beside a plain list that follows the same rules.</summary>
public sealed class InboxModelTests
{
    private const int PacketsMax = 12;
    private const int BytesMax = 300;

    private enum Operation
    {
        Append,
        Stage,
        AppendMany,
        Publish,
        Take,
        EndFrame,
    }

    // A sample that failed is printed with its seed.
    [Test]
    public void An_inbox_agrees_with_a_plain_list() =>
        Gen.Select(Gen.Frequency((8, Gen.Const(Operation.Append)), (3, Gen.Const(Operation.Stage)), (1, Gen.Const(Operation.AppendMany)),
                (1, Gen.Const(Operation.Publish)), (1, Gen.Const(Operation.Take)), (2, Gen.Const(Operation.EndFrame))),
            Gen.Int[0, 9], Gen.Int[0, 120]).Array[0, 200].Sample(steps => new Run().Agrees(steps), iter: 2_000);

    private sealed record Packet(ushort Type, bool IsReliable, byte[] Data);

    private sealed class Run
    {
        private readonly BufferPool _pool = new(long.MaxValue);
        private readonly InboxList _list = new();
        private readonly List<Packet> _waiting = [];
        private readonly List<Packet> _staged = [];
        private readonly byte[] _arena = new byte[256 * 1024];
        private readonly Inbox _inbox;
        private int _used;
        private ushort _type;
        private int _dropped;

        public Run() => _inbox = new Inbox(PacketsMax, BytesMax, _pool, _list);

        public bool Agrees((Operation Operation, int Kind, int Bytes)[] steps)
        {
            foreach (var (operation, kind, bytes) in steps)
            {
                if (!Do(operation, isReliable: kind < 3, bytes)) return false;
                if (_inbox.Count != _waiting.Count || _inbox.Bytes != _waiting.Sum(p => p.Data.Length)) return false;
                if (_inbox.Dropped != _dropped || _inbox.AcceptsReliable(bytes) != AcceptsReliable(bytes)) return false;
            }

            Publish();
            if (!Take()) return false;
            _inbox.EndFrame();
            return _pool.RentedCount == 0 && !_inbox.EndFrame();
        }

        private bool Do(Operation operation, bool isReliable, int bytes)
        {
            switch (operation)
            {
                case Operation.Append:
                    Append(isReliable, bytes);
                    return true;
                case Operation.AppendMany:
                    for (var i = 0; i < 40; i++) Append(isReliable && i % 8 == 0, bytes / 8);
                    return true;
                case Operation.Stage:
                    Stage(isReliable, bytes);
                    return true;
                case Operation.Publish:
                    Publish();
                    return true;
                case Operation.Take:
                    return Take();
                default:
                    EndFrame();
                    return true;
            }
        }

        private void Append(bool isReliable, int bytes)
        {
            var packet = Next(ref isReliable, bytes);
            packet.Data.CopyTo(_arena.AsSpan(_used));
            var data = _arena.AsMemory(_used, bytes);
            _used += bytes;
            _inbox.Append(new ReceivedPacket(data, Entity.Null, 1000, packet.Type, Priority.Normal, isReliable));
            Add(_waiting, packet);
        }

        private void Stage(bool isReliable, int bytes)
        {
            var packet = Next(ref isReliable, bytes);
            _inbox.Stage(new ReceivedPacket(default, Entity.Null, 1000, packet.Type, Priority.Normal, isReliable), packet.Data);
            Add(_staged, packet);
        }

        // Whoever brings a reliable packet asks first.
        private Packet Next(ref bool isReliable, int bytes)
        {
            isReliable &= AcceptsReliable(bytes);
            var data = new byte[bytes];
            data.AsSpan().Fill((byte)++_type);
            return new Packet(_type, isReliable, data);
        }

        private bool AcceptsReliable(int bytes)
        {
            var reliable = _waiting.Concat(_staged).Where(p => p.IsReliable).ToList();
            return reliable.Count < PacketsMax && reliable.Sum(p => p.Data.Length) + bytes <= BytesMax;
        }

        private void Add(List<Packet> list, Packet packet)
        {
            var fixedBytes = list.Where(p => p.IsReliable).Sum(p => p.Data.Length);
            if (!packet.IsReliable && (list.Count(p => p.IsReliable) >= PacketsMax || fixedBytes + packet.Data.Length > BytesMax))
            {
                _dropped++;
                return;
            }

            while (list.Count >= PacketsMax || list.Sum(p => p.Data.Length) + packet.Data.Length > BytesMax)
            {
                list.RemoveAt(list.FindIndex(p => !p.IsReliable));
                _dropped++;
            }

            list.Add(packet);
        }

        private void Publish()
        {
            _inbox.PublishStaged();
            foreach (var packet in _staged.ToList()) Add(_waiting, packet);
            _staged.Clear();
        }

        private bool Take()
        {
            var taken = _inbox.Take().ToArray();
            var agrees = taken.Length == _waiting.Count && taken.Zip(_waiting).All(pair =>
                pair.First.PacketType == pair.Second.Type && pair.First.IsReliable == pair.Second.IsReliable
                && pair.First.Data.Span.SequenceEqual(pair.Second.Data));
            _waiting.Clear();
            return agrees;
        }

        private void EndFrame()
        {
            _inbox.EndFrame();
            _arena.AsSpan(0, _used).Fill(0xEE);
            _used = 0;
        }
    }
}
