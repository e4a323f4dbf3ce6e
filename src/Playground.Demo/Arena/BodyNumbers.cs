namespace Playground.Demo.Arena;

/// <summary>Hands out body numbers in turn, so that a number returns as late as possible and is not taken for the body before.</summary>
internal sealed class BodyNumbers
{
    private readonly bool[] _taken = new bool[ushort.MaxValue + 1];
    private ushort _last;
    private int _count;

    /// <summary>A number from 1 to 65,535 that no living body has.</summary>
    /// <exception cref="InvalidOperationException">All are taken.</exception>
    public ushort Take()
    {
        if (_count == ushort.MaxValue) throw new InvalidOperationException($"The arena is full: {_count} bodies.");
        do
        {
            _last++;
        }
        while (_last == 0 || _taken[_last]);

        _taken[_last] = true;
        _count++;
        return _last;
    }

    /// <summary>Gives a number back.</summary>
    public void Return(ushort number)
    {
        _taken[number] = false;
        _count--;
    }
}
