using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Simulation.Randomness;

namespace Playground.Ecs.Networking.Simulation.Traffic;

/// <summary>Makes one application's payloads, each with the next number; valid until the next one.</summary>
internal sealed class Payloads(ushort origin, ushort life, int bytesMax, double trainShare, Rng rng)
{
    private readonly byte[] _bytes = new byte[bytesMax];

    /// <summary>The number of the last payload.</summary>
    public uint Order { get; private set; }

    /// <summary>A payload of a random length.</summary>
    public ReadOnlySpan<byte> Next(Purpose purpose, Priority lane, bool isReliable) => Next(purpose, lane, isReliable, RandomLength());

    /// <summary>A payload of a length.</summary>
    public ReadOnlySpan<byte> Next(Purpose purpose, Priority lane, bool isReliable, int length)
    {
        var payload = _bytes.AsSpan(0, Math.Clamp(length, Label.Size, bytesMax));
        new Label(origin, life, purpose, lane, isReliable, ++Order, payload.Length).Write(payload);
        return payload;
    }

    /// <summary>A lane: the lower ones are used more.</summary>
    public Priority RandomLane() => rng.Pick<Priority>([Priority.Critical, Priority.High, Priority.High, Priority.Normal, Priority.Normal, Priority.Normal, Priority.Low, Priority.Low]);

    private int RandomLength()
    {
        if (rng.Chance(trainShare)) return rng.Between(ProtocolLimits.FragmentBytes - 2, bytesMax);
        return rng.Chance(0.1) ? rng.Between(Label.Size, 4000) : rng.Between(Label.Size, 160);
    }
}
