using Playground.Ecs.Networking.LoadPeer;

try
{
    var options = LoadPeerOptions.Parse(args);
    // Whatever happens to its parent or its server, this process does not stay behind.
    using var watchdog = new Timer(static _ => Environment.Exit(3), null, TimeSpan.FromSeconds(options.Seconds + 45), Timeout.InfiniteTimeSpan);
    using var run = new LoadRun(options);
    run.SetUp();
    Console.WriteLine(LoadPeerProcess.ReadyLine);
    new Thread(() => ReadCommands(run)) { IsBackground = true }.Start();
    Console.WriteLine(run.Run().ToJson());
    return 0;
}
catch (Exception exception)
{
    Console.Error.WriteLine(exception.Message);
    return 1;
}

static void ReadCommands(LoadRun run)
{
    while (Console.In.ReadLine() is { } line && line != LoadPeerProcess.StopCommand)
    {
        if (line == LoadPeerProcess.GoCommand) run.Go();
    }

    run.Stop();
}
