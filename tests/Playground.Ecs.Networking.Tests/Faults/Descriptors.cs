using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Playground.Ecs.Networking.Tests.Faults;

/// <summary>Takes from this process what file descriptors it could still open. Linux.</summary>
internal static class Descriptors
{
    private const int OpenFiles = 7;

    // Some room, so that what is opened here uses up the gaps below it too.
    private const int Room = 8;

    /// <summary>Lets no more be opened until the result is disposed.</summary>
    public static IDisposable TakeAll()
    {
        // What nobody uses any more gives its descriptors back now and not in between.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        Assert.That(GetLimit(OpenFiles, out var limit), Is.Zero);
        var highest = Directory.GetFiles("/proc/self/fd").Max(static file => ulong.Parse(Path.GetFileName(file), CultureInfo.InvariantCulture));

        // A limit of none would fail what uses open ones as well: poll takes no more of them than may be open.
        var few = limit with { Soft = highest + Room };
        Assert.That(SetLimit(OpenFiles, in few), Is.Zero);
        return new Return(limit, OpenAll());
    }

    private static List<SafeFileHandle> OpenAll()
    {
        var open = new List<SafeFileHandle>();
        try
        {
            while (true) open.Add(File.OpenHandle("/dev/null"));
        }
        catch (IOException)
        {
            return open;
        }
    }

    [DllImport("libc", EntryPoint = "getrlimit")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int GetLimit(int resource, out Limit limit);

    [DllImport("libc", EntryPoint = "setrlimit")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetLimit(int resource, in Limit limit);

    [StructLayout(LayoutKind.Sequential)]
    private record struct Limit(ulong Soft, ulong Hard);

    private sealed class Return(Limit limit, List<SafeFileHandle> taken) : IDisposable
    {
        public void Dispose()
        {
            _ = SetLimit(OpenFiles, in limit);
            taken.ForEach(static handle => handle.Dispose());
        }
    }
}
