namespace Playground.Ecs.Networking.LoadPeer;

/// <summary>
/// Connections that read a few bytes a second, say now and then that they live, and come back at once when they are closed. One thread.
/// </summary>
internal sealed class SlowReaders(Traffic traffic, List<PeerConnection> connections)
{
    private const int SipBytes = 256;
    private const long LifeUs = 2_000_000;

    private long _sips;
    private long _signs;

    /// <summary>Connections made again.</summary>
    public long Reconnects { get; private set; }

    /// <summary>Connections that were up at the worst moment.</summary>
    public int ConnectedMin { get; private set; } = connections.Count;

    /// <summary>Gives each connection the sips and signs of life that are due, and those that are closed a successor.</summary>
    public void Sweep(long elapsedUs)
    {
        ConnectedMin = Math.Min(ConnectedMin, connections.Count(static connection => connection.IsReady));
        Turn(ref _sips, elapsedUs * traffic.Options.ReadBytes / SipBytes * connections.Count / 1_000_000, static connection => connection.Sweep(SipBytes));
        Turn(ref _signs, elapsedUs * connections.Count / LifeUs, static connection => connection.ShowLife());
        for (var i = 0; i < connections.Count; i++)
        {
            if (connections[i].IsEnded) Replace(i);
            else if (!connections[i].IsReady) connections[i].Sweep(SipBytes);
        }
    }

    private void Turn(ref long done, long due, Action<PeerConnection> act)
    {
        // What a late sweep missed is made up for, but not more than once around.
        for (var burst = 0; done < due && burst < connections.Count; done++, burst++) act(connections[(int)(done % connections.Count)]);
    }

    private void Replace(int index)
    {
        connections[index].Dispose();
        connections[index] = new PeerConnection(traffic);
        Reconnects++;
    }
}
