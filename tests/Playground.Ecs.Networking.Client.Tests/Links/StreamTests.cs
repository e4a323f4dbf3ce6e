using Playground.Ecs.Networking.Client.Tests.Sessions;

namespace Playground.Ecs.Networking.Client.Tests.Links;

/// <summary>Packets as a stream, for readers that are slower than they come.</summary>
public sealed class StreamTests
{
    private static readonly ClientOptions Small = new() { InboxPackets = 3 };

    [Test]
    public async Task Stream_begins_at_the_call_and_ends_with_the_client()
    {
        var (rig, link) = await ClientRig.ConnectedAsync();
        var packets = rig.Client.Channel(1000).ReadAllAsync();
        link.Give(Wire.Packet(1000, 1, [1]), Wire.Packet(1000, 1, [2]));
        await using var reader = packets.GetAsyncEnumerator();
        Assert.That(await NextAsync(reader), Is.EqualTo(1));
        Assert.That(await NextAsync(reader), Is.EqualTo(2));
        await rig.DisposeAsync();
        Assert.That(await NextAsync(reader), Is.Null);
        await using var late = rig.Client.Channel(1000).ReadAllAsync().GetAsyncEnumerator();
        Assert.That(await NextAsync(late), Is.Null);
    }

    [Test]
    public async Task Stream_is_read_once()
    {
        var (rig, _) = await ClientRig.ConnectedAsync();
        await using var disposing = rig;
        using var cancelling = new CancellationTokenSource();
        var packets = rig.Client.Channel(1000).ReadAllAsync(cancelling.Token);
        await using var first = packets.GetAsyncEnumerator();
        var reading = first.MoveNextAsync().AsTask();
        await using var second = packets.GetAsyncEnumerator();
        Assert.That(async () => await second.MoveNextAsync(), Throws.InvalidOperationException);
        await cancelling.CancelAsync();
        Assert.That(async () => await reading.WaitAsync(ClientRig.Patience), Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public async Task Slow_reader_misses_the_oldest_unreliable_packets_and_they_are_counted_once()
    {
        var (rig, link) = await ClientRig.ConnectedAsync(Small);
        await using var disposing = rig;
        using var cancelling = new CancellationTokenSource();
        var seen = System.Threading.Channels.Channel.CreateUnbounded<byte>();
        await using var reader = rig.Client.Channel(1000).ReadAllAsync(cancelling.Token).GetAsyncEnumerator();
        rig.Client.Channel(2).Received += packet => seen.Writer.TryWrite(packet.Data.Span[0]);
        for (byte i = 1; i <= 5; i++)
        {
            link.Give(Wire.Packet(1000, 1, [i]), Wire.Packet(2, 1, [i]));
            await seen.Reader.ReadAsync().AsTask().WaitAsync(ClientRig.Patience);
        }

        for (byte i = 3; i <= 5; i++) Assert.That(await NextAsync(reader), Is.EqualTo(i));
        var reading = reader.MoveNextAsync().AsTask();
        await cancelling.CancelAsync();
        Assert.That(async () => await reading.WaitAsync(ClientRig.Patience), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(rig.Client.Stats.PacketsNotRead, Is.EqualTo(2));
    }

    [Test]
    public async Task Reliable_packets_wait_for_the_reader_and_hold_up_the_link_in_the_end()
    {
        var (rig, link) = await ClientRig.ConnectedAsync(Small);
        await using var disposing = rig;
        await using var reader = rig.Client.Channel(1000).ReadAllAsync().GetAsyncEnumerator();

        // Three in the stream, one in the hand of the loop that hands on, three in the inbox; the link holds the rest unread.
        for (ushort i = 1; i <= 20; i++) link.Give(Wire.Reliable(i, 1000, 1, [(byte)i]));
        for (ushort i = 1; i <= 20; i++) Assert.That(await NextAsync(reader), Is.EqualTo(i));
        Assert.That(rig.Client.Stats.PacketsNotRead, Is.Zero);
    }

    [Test]
    public async Task Reader_that_never_reads_does_not_hold_up_the_end()
    {
        var (rig, link) = await ClientRig.ConnectedAsync(Small);
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        rig.Client.Channel(1000).Received += packet =>
        {
            if (packet.Data.Span[0] == 4) entered.SetResult();
        };
        _ = rig.Client.Channel(1000).ReadAllAsync();
        for (ushort i = 1; i <= 4; i++) link.Give(Wire.Reliable(i, 1000, 1, [(byte)i]));
        await entered.Task.WaitAsync(ClientRig.Patience);
        await rig.DisposeAsync().AsTask().WaitAsync(ClientRig.Patience);
        await rig.ExpectAsync<ClientState.Closed>();
    }

    [Test]
    public async Task Stream_that_is_cancelled_unread_is_filled_no_more()
    {
        var (rig, link) = await ClientRig.ConnectedAsync(Small);
        await using var disposing = rig;
        using var cancelling = new CancellationTokenSource();
        _ = rig.Client.Channel(1000).ReadAllAsync(cancelling.Token);
        await cancelling.CancelAsync();
        _ = rig.Client.Channel(1000).ReadAllAsync(cancelling.Token);
        for (ushort i = 1; i <= 20; i++) link.Give(Wire.Reliable(i, 1000, 1, [(byte)i]));
        var last = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        rig.Client.Channel(2).Received += _ => last.SetResult();
        link.Give(Wire.Packet(2, 1, [1]));
        await last.Task.WaitAsync(ClientRig.Patience);
        Assert.That(rig.Client.Stats.PacketsUnheard, Is.EqualTo(20));
    }

    private static async Task<int?> NextAsync(IAsyncEnumerator<ClientPacket> reader) =>
        await reader.MoveNextAsync().AsTask().WaitAsync(ClientRig.Patience) ? reader.Current.Data.Span[0] : null;
}
