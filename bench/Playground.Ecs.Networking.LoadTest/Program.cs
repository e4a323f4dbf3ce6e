using Playground.Ecs.Networking.LoadTest;
using Playground.Ecs.Networking.LoadTest.Hostile;
using Playground.Ecs.Networking.LoadTest.Mcp;

const int BadOption = 2;

switch (args.FirstOrDefault())
{
    case "mcp":
        return await McpLoad.RunAsync(LoadOptions.Parse(args[1..]));
    case "mcp-server":
        return await McpServerProcess.ServeAsync(LoadOptions.Parse(args[1..]));
    case "slow-readers":
        return await SlowReaderLoad.RunAsync(LoadOptions.Parse(args[1..]));
    case "soak":
        return await SoakLoad.RunAsync(LoadOptions.Parse(args[1..]));
    case "hostile-server":
        return await HostileServer.ServeAsync(LoadOptions.Parse(args[1..]));
    default:
        Console.Error.WriteLine(
            """
            Usage: Playground.Ecs.Networking.LoadTest <load> [--name value ...]

              mcp           language models' calls at once: --sessions N (1 and 32), --seconds N (10), --frame-rate N (60)
              soak          good peers beside slow ones and every attack: --minutes N (10)
              slow-readers  good peers alone and beside slow ones: --good N (100), --slow N (1000), --seconds N (60), --read-bytes N (512)
            """);
        return BadOption;
}
