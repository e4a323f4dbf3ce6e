using System.Buffers.Binary;
using Playground.Ecs.Networking.Channels;
using Playground.Ecs.Networking.Protocol;

namespace Playground.Demo.Arena;

/// <summary>
/// Publishes where all bodies are, each frame, at Low priority: a subscriber that falls behind loses old frames first. One
/// buffer, the same bytes for every subscriber; ARENA.md has the layout.
/// </summary>
internal sealed class PublishSystem(World world, Channel channel) : BaseSystem<World, float>(world)
{
    public const int HeaderBytes = 8;
    public const int BodyBytes = 8;

    private const float ScaleX = ushort.MaxValue / ArenaField.Width;
    private const float ScaleY = ushort.MaxValue / ArenaField.Height;

    private static readonly QueryDescription Bodies = new QueryDescription().WithAll<Body, Position>();

    private byte[] _snapshot = new byte[HeaderBytes];

    /// <summary>Frames published or skipped for want of subscribers.</summary>
    public uint Frame { get; private set; }

    /// <summary>Snapshots that could not be sent.</summary>
    public long Unsent { get; private set; }

    /// <inheritdoc/>
    public override void Update(in float step)
    {
        Frame++;
        if (channel.SubscriberCount == 0) return;
        if (!channel.Send(ArenaPackets.Snapshot, Write(), Priority.Low).IsOk) Unsent++;
    }

    /// <summary>The snapshot of the bodies as they are now; valid until the next call.</summary>
    public ReadOnlySpan<byte> Write()
    {
        var count = World.CountEntities(in Bodies);
        var bytes = HeaderBytes + (count * BodyBytes);
        // Twice what is needed: players come one by one.
        if (_snapshot.Length < bytes) _snapshot = new byte[bytes * 2];
        BinaryPrimitives.WriteUInt32LittleEndian(_snapshot, Frame);
        BinaryPrimitives.WriteUInt16LittleEndian(_snapshot.AsSpan(4), (ushort)count);
        BinaryPrimitives.WriteUInt16LittleEndian(_snapshot.AsSpan(6), 0);
        WriteBodies(_snapshot.AsSpan(HeaderBytes));
        return _snapshot.AsSpan(0, bytes);
    }

    private void WriteBodies(Span<byte> rest)
    {
        foreach (ref var chunk in World.Query(in Bodies))
        {
            var bodies = chunk.GetSpan<Body>()[..chunk.Count];
            var positions = chunk.GetSpan<Position>()[..chunk.Count];
            for (var i = 0; i < bodies.Length; i++)
            {
                WriteBody(rest[..BodyBytes], bodies[i], positions[i]);
                rest = rest[BodyBytes..];
            }
        }
    }

    private static void WriteBody(Span<byte> to, in Body body, in Position position)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(to, body.Number);
        BinaryPrimitives.WriteUInt16LittleEndian(to[2..], (ushort)((position.X * ScaleX) + 0.5f));
        BinaryPrimitives.WriteUInt16LittleEndian(to[4..], (ushort)((position.Y * ScaleY) + 0.5f));
        to[6] = (byte)body.Kind;
        to[7] = body.Hue;
    }
}
