using Microsoft.Extensions.Logging;
using Playground.Ecs.Networking.Components;
using Playground.Ecs.Networking.Sessions;

namespace Playground.Ecs.Networking.Tests.Faults;

/// <content>What holds after every fault.</content>
internal sealed partial class FaultServer
{
    private const long MemorySlackBytes = 32 * 1024 * 1024;

    private static readonly QueryDescription Connections = new QueryDescription().WithAll<ConnectionComponent>();

    /// <summary>What one connection may hold at most: what waits to be sent, what is unacknowledged, partial trains and messages.</summary>
    private long ConnectionBytesMax =>
        Options.SendQueueBytes + Options.ReliableWindowBytes + Options.SendBudgetBytes + Options.ReceiveBudgetBytes + (2L * Options.MaxPacketBytes);

    /// <summary>
    /// Asserts that the server lives and serves a new client, that the bystander lost nothing, that memory grew by at most the connections'
    /// limits, that each end was counted once, that no exception went unobserved, and that nothing is left once all have gone.
    /// </summary>
    /// <param name="connections">The most connections that the attack had open at once.</param>
    /// <param name="errors">Lines of level Error that the fault is to write.</param>
    public async Task ExpectUnharmedAsync(int connections = 1, int errors = 0)
    {
        await Bystander.ExpectExchangesAsync(2);
        await ExpectNewClientServedAsync();
        await Bystander.StopAsync();
        await Bystander.DisposeAsync();
        foreach (var attacker in _attackers) attacker.Dispose();
        _attackers.Clear();
        await ExpectNothingLeftAsync();
        ExpectEachEndCountedOnce();
        Assert.That(Log.Lines.Where(static l => l.Level >= LogLevel.Error).Skip(errors).Select(static l => l.Text), Is.Empty);
        ExpectMemory(connections);
    }

    /// <summary>A client that comes now is served.</summary>
    public async Task ExpectNewClientServedAsync()
    {
        await using var late = await Faults.Bystander.StartAsync(EndPoint, "late");
        await late.ExpectExchangesAsync(1);
        await late.StopAsync();
    }

    // Connections and sessions, links, buffers.
    private async Task ExpectNothingLeftAsync()
    {
        await DoAsync(() => Sink.Receive().Length);
        await UntilAsync(() => Meter.Read("playground.connections.active") == 0, "no connection is active");
        var left = -1;
        using var deadline = new CancellationTokenSource(Patience);
        while (left != 0 && !deadline.IsCancellationRequested) left = await DoAsync(() => _world.CountEntities(in Connections));
        Assert.That(left, Is.Zero, "entities of sessions");
        await UntilAsync(() => System.UpgradedLinks!.Count == 0, "no link is open");
        await UntilAsync(() => Meter.Read("playground.buffers.rented") == 0, "no buffer is rented");
    }

    private void ExpectEachEndCountedOnce()
    {
        var ended = Enum.GetValues<DisconnectReason>().Sum(Ended);
        Assert.That(ended, Is.EqualTo(Meter.Read("playground.connections.accepted")), "each end under one reason");
    }

    // Tasks whose exceptions nobody saw say so when they are finalized.
    private static long CollectedMemory()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return GC.GetTotalMemory(forceFullCollection: false);
    }

    private void ExpectMemory(int connections)
    {
        var allowed = ((connections + 2) * ConnectionBytesMax) + MemorySlackBytes;
        Assert.That(PeakRented, Is.LessThanOrEqualTo(allowed), "bytes rented at once");
        Assert.That(CollectedMemory() - _memoryBefore, Is.LessThanOrEqualTo(allowed), "bytes of the heap");
        Assert.That(_unobserved, Is.Empty, "exceptions that nobody observed");
    }
}
