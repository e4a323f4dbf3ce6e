using System.Runtime.InteropServices;

namespace Playground.Demo;

/// <summary>SIGTERM and Ctrl-C, the first of which asks to stop; a second one ends the process as it would without us.</summary>
internal sealed class StopSignals : IDisposable
{
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly PosixSignalRegistration _terminate;
    private readonly PosixSignalRegistration _interrupt;

    public StopSignals()
    {
        _terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
        _interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
    }

    /// <summary>Completes at the first signal.</summary>
    public Task Stopped => _stopped.Task;

    public void Dispose()
    {
        _terminate.Dispose();
        _interrupt.Dispose();
    }

    private void OnSignal(PosixSignalContext context) => context.Cancel = _stopped.TrySetResult();
}
