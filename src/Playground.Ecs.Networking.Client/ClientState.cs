namespace Playground.Ecs.Networking.Client;

/// <summary>
/// Where a <c>NetworkClient</c> stands: a closed hierarchy. Immutable; any thread. The usual way is Idle, Connecting, Connected,
/// and whenever the link ends Reconnecting and then Resumed or SessionLost.
/// </summary>
public abstract record ClientState
{
    private protected ClientState()
    {
    }

    /// <summary>True while a session has a link: Connected, Resumed and SessionLost.</summary>
    public virtual bool IsConnected => false;

    /// <summary>Nobody has asked for a connection yet.</summary>
    public sealed record Idle : ClientState;

    /// <summary>The first link is being opened, or waits for the server's Welcome.</summary>
    public sealed record Connecting : ClientState;

    /// <summary>The first session of this client is open.</summary>
    /// <param name="PeerId">What the server calls this client.</param>
    public sealed record Connected(string PeerId) : ClientState
    {
        /// <inheritdoc/>
        public override bool IsConnected => true;
    }

    /// <summary>The link ended, or could not be opened; the next one is opened after a delay.</summary>
    /// <param name="Attempt">The number of links tried since one last lived for a while, the next one included.</param>
    /// <param name="Delay">How long the client waits before it opens the link.</param>
    /// <param name="Error">Why the last link ended.</param>
    public sealed record Reconnecting(int Attempt, TimeSpan Delay, NetworkError Error) : ClientState;

    /// <summary>
    /// At least three links in a row ended before the server's Welcome. The client goes on as in <see cref="Reconnecting"/>; the
    /// application may give up with <c>CloseAsync</c>.
    /// </summary>
    /// <param name="Failures">Links in a row that ended before Welcome.</param>
    /// <param name="Delay">How long the client waits before it opens the next one.</param>
    /// <param name="Error">Why the last one ended.</param>
    public sealed record Unreachable(int Failures, TimeSpan Delay, NetworkError Error) : ClientState;

    /// <summary>The session goes on over a new link: same name, subscriptions and channels; nothing reliable was lost.</summary>
    /// <param name="PeerId">What the server calls this client.</param>
    public sealed record Resumed(string PeerId) : ClientState
    {
        /// <inheritdoc/>
        public override bool IsConnected => true;
    }

    /// <summary>
    /// There is a link again, but the server began a new session: it restarted, or the resume window was over. Reliable packets and
    /// requests that were under way have failed with NotConnected; subscriptions, registered channels and tools are gone, and the
    /// application makes them again.
    /// </summary>
    /// <param name="PeerId">What the server calls this client in its new session.</param>
    public sealed record SessionLost(string PeerId) : ClientState
    {
        /// <inheritdoc/>
        public override bool IsConnected => true;
    }

    /// <summary>The end: closed by the application, or by the server with a final code (PROTOCOL.md, section 10). There is no way back.</summary>
    /// <param name="Error">Why; null when the application closed.</param>
    public sealed record Closed(NetworkError? Error) : ClientState;
}
