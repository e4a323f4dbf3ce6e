using System.Runtime.InteropServices;

namespace Playground.Ecs.Networking.Tests.Faults;

/// <summary>Takes from this process what file descriptors it could still open. Linux.</summary>
internal static class Descriptors
{
    private const int OpenFiles = 7;

    /// <summary>Lets no more be opened until the result is disposed.</summary>
    public static IDisposable TakeAll()
    {
        Assert.That(GetLimit(OpenFiles, out var limit), Is.Zero);
        var none = limit with { Soft = 0 };
        Assert.That(SetLimit(OpenFiles, in none), Is.Zero);
        return new Return(limit);
    }

    [DllImport("libc", EntryPoint = "getrlimit")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int GetLimit(int resource, out Limit limit);

    [DllImport("libc", EntryPoint = "setrlimit")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetLimit(int resource, in Limit limit);

    [StructLayout(LayoutKind.Sequential)]
    private record struct Limit(ulong Soft, ulong Hard);

    private sealed class Return(Limit limit) : IDisposable
    {
        public void Dispose() => _ = SetLimit(OpenFiles, in limit);
    }
}
