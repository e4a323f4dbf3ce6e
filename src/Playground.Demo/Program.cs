using Microsoft.Extensions.Logging;
using Playground.Demo;

const int Failed = 1;
const int BadOption = 2;

var (options, error) = DemoOptions.Parse(args);
if (options is null)
{
    Console.Error.WriteLine(error);
    Console.Error.WriteLine("--help shows the options.");
    return BadOption;
}

if (options.Help)
{
    Console.WriteLine(DemoOptions.Usage);
    return 0;
}

// Before anything listens: a signal that comes early must drain too.
using var signals = new StopSignals();
using var logging = LoggerFactory.Create(static logs => logs
    .SetMinimumLevel(LogLevel.Warning)
    .AddConsole(static console => console.LogToStandardErrorThreshold = LogLevel.Trace));

var started = await DemoHost.StartAsync(options, logging);
if (!started.IsOk)
{
    Console.Error.WriteLine(started.Error.Message);
    return Failed;
}

await using var host = started.Value;
host.Start();
Console.WriteLine(host.Describe());
await Task.WhenAny(signals.Stopped, host.Failed);
if (host.Failed is { IsCompleted: true, Result: var failure })
{
    Console.Error.WriteLine($"A frame failed: {failure.Message}");
    return Failed;
}

Console.WriteLine("Stopping.");
return 0;
