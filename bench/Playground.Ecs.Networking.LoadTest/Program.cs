using Playground.Ecs.Networking.LoadTest;
using Playground.Ecs.Networking.LoadTest.Compare;
using Playground.Ecs.Networking.LoadTest.Compare.Clients;
using Playground.Ecs.Networking.LoadTest.Compare.Servers;
using Playground.Ecs.Networking.LoadTest.Hostile;
using Playground.Ecs.Networking.LoadTest.Mcp;

const int BadOption = 2;

var options = LoadOptions.Parse(args.Length > 0 ? args[1..] : args);
switch (args.FirstOrDefault())
{
    case "all":
        return await CompareLoad.RunAllAsync(options);
    case "compare":
        return await CompareLoad.RunAsync(ComparePlan.Compare(options), options);
    case ComparePlan.CurveName:
        return await CompareLoad.RunAsync(ComparePlan.Curve(options), options);
    case "capacity":
        return await CompareLoad.RunAsync(ComparePlan.Capacity(options), options);
    case "syscalls":
        return await SyscallLoad.RunAsync(ComparePlan.Syscalls(options), options);
    case ServerProcess.Command:
        return await ServerProcess.ServeAsync(options);
    case ClientProcess.Command:
        return ClientProcess.Run(options);
    case "mcp":
        return await McpLoad.RunAsync(options);
    case "mcp-server":
        return await McpServerProcess.ServeAsync(options);
    case "slow-readers":
        return await SlowReaderLoad.RunAsync(options);
    case "soak":
        return await SoakLoad.RunAsync(options);
    case "hostile-server":
        return await HostileServer.ServeAsync(options);
    default:
        Console.Error.WriteLine(
            """
            Usage: Playground.Ecs.Networking.LoadTest <load> [--name value ...]

              all           the four that follow, one after the other
              compare       the NetworkingSystem beside plain sockets and its peers
              curve         CPU per packet by connections and packets of a message
              capacity      how many peers get every message of 60 Hz
              syscalls      calls of the kernel per frame, counted by strace
                            --quick for a smoke test; --servers, --mode, --connections, --packets: lists with commas;
                            --bytes, --rate, --seconds, --warm-up, --runs, --out
              mcp           language models' calls at once: --sessions N (1 and 32), --seconds N (10), --frame-rate N (60)
              soak          good peers beside slow ones and every attack: --minutes N (10)
              slow-readers  good peers alone and beside slow ones: --good N (100), --slow N (1000), --seconds N (60), --read-bytes N (512)
            """);
        return BadOption;
}
