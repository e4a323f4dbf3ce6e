namespace Playground.Ecs.Networking.LoadTest.Compare.Clients;

/// <summary>One connection of the load client, swept by its one thread.</summary>
internal interface ILoadConnection : IDisposable
{
    /// <summary>The server takes messages from it.</summary>
    bool IsReady { get; }

    /// <summary>Takes what has come.</summary>
    void Receive();

    /// <summary>Sends the run's message.</summary>
    void SendMessage();
}
