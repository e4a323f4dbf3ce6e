using System.Net;
using Playground.Ecs.Networking.Links;

namespace Playground.Ecs.Networking.Sessions;

/// <summary>
/// Counts the resume tokens of each address that found no session of theirs, so that nobody tries many. Who has no address is inside this
/// process, and is not counted. Loop thread only.
/// </summary>
internal sealed class ResumeGuesses(int perMinute)
{
    private const long WindowTicks = 60 * TimeSpan.TicksPerSecond;
    private const int SweepAtLeast = 1_024;

    private readonly Dictionary<IPAddress, (long Since, int Count)> _guesses = [];
    private int _sweepAt = SweepAtLeast;

    /// <summary>Counts one more.</summary>
    /// <returns>False when it is one too many.</returns>
    public bool TryCount(IPEndPoint? remote, long now)
    {
        if (PeerAddress.Of(remote) is not { } address) return true;
        if (_guesses.Count >= _sweepAt) Sweep(now);
        if (!_guesses.TryGetValue(address, out var guesses) || now - guesses.Since >= WindowTicks) guesses = (now, 0);
        _guesses[address] = guesses with { Count = guesses.Count + 1 };
        return guesses.Count < perMinute;
    }

    private void Sweep(long now)
    {
        foreach (var (address, guesses) in _guesses)
        {
            if (now - guesses.Since >= WindowTicks) _guesses.Remove(address);
        }

        _sweepAt = Math.Max(SweepAtLeast, _guesses.Count * 2);
    }
}
