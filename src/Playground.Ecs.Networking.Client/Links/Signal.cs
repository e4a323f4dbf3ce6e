using System.Threading.Channels;

namespace Playground.Ecs.Networking.Client.Links;

/// <summary>
/// Wakes the one who waits, or the next one to wait; several calls of <see cref="Set"/> count once. Set is for any thread and never runs
/// what it wakes; one waits at a time.
/// </summary>
internal sealed class Signal
{
    private readonly Channel<bool> _set = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    public void Set() => _set.Writer.TryWrite(true);

    public async ValueTask WaitAsync(CancellationToken cancellationToken) => await _set.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);
}
