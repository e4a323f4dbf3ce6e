namespace Playground.Ecs.Networking.LoadTest.Compare.Clients;

/// <summary>The load client, in a process of its own, the same for every WebSocket server. Prints "ready", then answers <see cref="Marks"/>.</summary>
internal static class ClientProcess
{
    public const string Command = "compare-client";
    public const string Ready = "ready";

    public static int Run(LoadOptions options)
    {
        using var watchdog = Marks.Watchdog(options);
        var tally = new Tally();
        var dialect = Dialect.Of(options.Text("--server", Servers.LoadServers.Ours));
        var traffic = new ClientTraffic(TrafficShape.From(options), tally, dialect, options.Get("--port", 0));
        using var sweep = new ClientSweep(traffic);
        sweep.SetUp();
        var thread = new Thread(sweep.Run);
        thread.Start();
        Console.WriteLine(Ready);
        Marks.Serve(tally, traffic.Complete, sweep.Go);
        sweep.Stop();
        thread.Join();
        return 0;
    }
}
