using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Playground.Demo.Tests.Interop;

namespace Playground.Demo.Tests;

/// <summary>The demo as people start it: a process of its own.</summary>
[TestFixture]
public sealed class DemoProcessTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    [Test]
    [Platform(Exclude = "Win", Reason = "SIGTERM")]
    public async Task It_prints_its_URLs_serves_them_and_drains_at_SIGTERM()
    {
        using var deadline = new CancellationTokenSource(Deadline);
        using var demo = Start("--port", "0");
        try
        {
            var uri = await ReadWebSocketUriAsync(demo, deadline.Token);
            Assert.That(uri.Port, Is.Positive);
            await using var peer = await ClientPeer.JoinAsync(uri);
            using var kill = Process.Start("kill", ["-TERM", $"{demo.Id}"]);
            Assert.That((int?)await peer.ReceiveCloseAsync(), Is.EqualTo(1001));
            await demo.WaitForExitAsync(deadline.Token);
            Assert.That(demo.ExitCode, Is.Zero, await demo.StandardError.ReadToEndAsync(deadline.Token));
        }
        finally
        {
            if (!demo.HasExited) demo.Kill();
        }
    }

    [Test]
    public async Task A_port_in_use_is_named_and_ends_it_with_1()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        var (exitCode, errors) = await RunToEndAsync("--port", $"{port}");
        Assert.That(exitCode, Is.EqualTo(1));
        Assert.That(errors, Does.Contain($"{port}").And.Not.Contain("   at "));
    }

    [Test]
    public async Task A_certificate_that_cannot_be_read_is_named_and_ends_it_with_1()
    {
        var (exitCode, errors) = await RunToEndAsync("--port", "0", "--certificate", "missing.pfx");
        Assert.That(exitCode, Is.EqualTo(1));
        Assert.That(errors, Does.Contain("missing.pfx").And.Not.Contain("   at "));
    }

    [Test]
    public async Task A_bad_option_is_named_and_ends_it_with_2()
    {
        var (exitCode, errors) = await RunToEndAsync("--fast");
        Assert.That(exitCode, Is.EqualTo(2));
        Assert.That(errors, Does.Contain("Unknown option '--fast'."));
    }

    private static async Task<Uri> ReadWebSocketUriAsync(Process demo, CancellationToken cancellationToken)
    {
        while (await demo.StandardOutput.ReadLineAsync(cancellationToken) is { } line)
        {
            var at = line.IndexOf("ws://", StringComparison.Ordinal);
            if (at >= 0) return new Uri(line[at..]);
        }

        throw new InvalidOperationException(await demo.StandardError.ReadToEndAsync(cancellationToken));
    }

    private static async Task<(int ExitCode, string Errors)> RunToEndAsync(params string[] arguments)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        using var demo = Start(arguments);
        try
        {
            var errors = await demo.StandardError.ReadToEndAsync(deadline.Token);
            await demo.WaitForExitAsync(deadline.Token);
            return (demo.ExitCode, errors);
        }
        finally
        {
            if (!demo.HasExited) demo.Kill();
        }
    }

    private static Process Start(params string[] arguments)
    {
        var start = new ProcessStartInfo(
            Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
            ["exec", typeof(DemoHost).Assembly.Location, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return Process.Start(start)!;
    }
}
