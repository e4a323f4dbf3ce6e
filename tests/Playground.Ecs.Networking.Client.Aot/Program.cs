using Playground.Ecs.Networking;
using Playground.Ecs.Networking.Client.Aot;

// A console client compiled ahead of time: has packets, reliable packets and requests echoed by the demo.
if (args is not [var address] || !Uri.TryCreate(address, UriKind.Absolute, out var uri))
{
    Console.Error.WriteLine("Usage: <ws or wss address>");
    return 2;
}

using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
try
{
    var lines = await EchoRun.RunAsync(uri, deadline.Token);
    foreach (var line in lines) Console.WriteLine(line);
    return 0;
}
catch (Exception exception) when (exception is NetworkException or InvalidOperationException or OperationCanceledException)
{
    Console.Error.WriteLine(exception.Message);
    return 1;
}
