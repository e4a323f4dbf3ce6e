namespace Playground.Ecs.Networking.LoadTest.Compare.Servers;

/// <summary>A server of a comparison, stepped at the frame rate.</summary>
internal interface ILoadServer : IAsyncDisposable
{
    /// <summary>Listens on 127.0.0.1 and returns the port.</summary>
    Task<int> StartAsync();

    /// <summary>One frame, on the loop's thread.</summary>
    /// <returns>The stopwatch's timestamp at which it began to send.</returns>
    long RunFrame(float step);
}
