using System.Diagnostics.Metrics;
using System.Globalization;
using Playground.Ecs.Networking.Channels;
using Playground.Ecs.Networking.Links;
using Playground.Ecs.Networking.Loop;
using Playground.Ecs.Networking.Mcp;
using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Requests;
using Playground.Ecs.Networking.Sending;
using Playground.Ecs.Networking.Sessions;
using Playground.Ecs.Networking.Sockets;

namespace Playground.Ecs.Networking.Diagnostics;

/// <summary>
/// The Meter <c>Playground.Ecs.Networking</c>. Its instruments read counters that the loop keeps anyway, so that being
/// watched costs the frame nothing.
/// </summary>
internal sealed class NetworkingMeter : IDisposable
{
    public const string Name = "Playground.Ecs.Networking";

    private static readonly string[] Lanes = ["critical", "high", "normal", "low"];

    private readonly Meter _meter = new(Name);

    public NetworkingMeter(
        ConnectionCounters connections, SendCounters sends, RequestCounters requests, ToolCounters tools, UpgradeCounters upgrades, LoopCalls calls, BufferPool pool, InboxList inboxes)
    {
        _meter.CreateObservableUpDownCounter("playground.connections.active", () => connections.Active, "{connection}", "Connected peers.");
        _meter.CreateObservableCounter("playground.connections.accepted", () => connections.Accepted, "{connection}", "Links accepted.");
        _meter.CreateObservableCounter("playground.connections.ended", () => Disconnects(connections), "{connection}", "Links ended, by reason.");
        _meter.CreateObservableCounter("playground.upgrades.refused", () => Upgrades(upgrades), "{connection}", "Connections refused before they became links, by what for.");
        _meter.CreateObservableCounter("playground.packets.received", () => connections.PacketsReceived, "{packet}", "Packets accepted from peers.");
        _meter.CreateObservableCounter("playground.batches.received", () => connections.BatchesReceived, "{batch}", "WebSocket messages accepted from peers.");
        _meter.CreateObservableCounter("playground.bytes.received", () => connections.BytesReceived, "By", "Bytes read from links.");
        _meter.CreateObservableCounter("playground.packets.sent", () => sends.Packets, "{packet}", "Packets handed to the transport.");
        _meter.CreateObservableCounter("playground.bytes.sent", () => connections.BytesSent, "By", "Bytes written to links.");
        _meter.CreateObservableCounter("playground.packets.dropped", () => Drops(sends), "{packet}", "Packets dropped from full send queues, by lane.");
        _meter.CreateObservableCounter("playground.packets.refused", () => Refusals(connections), "{packet}", "Packets refused with an Error or Reply, by error.");
        _meter.CreateObservableCounter("playground.sessions.resumed", () => connections.Resumes, "{session}", "Sessions resumed on a new link.");
        _meter.CreateObservableCounter("playground.sessions.resume.refused", () => connections.ResumesRefused, "{resume}", "Resumes that found no session of theirs.");
        _meter.CreateObservableCounter("playground.sessions.expired", () => connections.SessionsExpired, "{session}", "Sessions not resumed in time.");
        _meter.CreateObservableCounter("playground.packets.replayed", () => sends.Replayed, "{packet}", "Reliable packets written again on a new link.");
        _meter.CreateObservableCounter("playground.packets.duplicate", () => connections.Duplicates, "{packet}", "Reliable packets that had been accepted before.");
        _meter.CreateObservableCounter("playground.packets.dropped.away", () => sends.DroppedAway, "{packet}", "Unreliable packets to sessions without a link.");
        _meter.CreateObservableCounter("playground.acks.stale", () => connections.StaleAcks, "{ack}", "Acknowledgements that went back.");
        _meter.CreateObservableCounter("playground.inbox.dropped", () => inboxes.Dropped, "{packet}", "Packets dropped from full inboxes.");
        _meter.CreateObservableCounter("playground.handlers.failed", () => connections.HandlerFailures, "{failure}", "Exceptions of handlers and of the authorization hook.");
        _meter.CreateObservableCounter("playground.handlers.overran", () => connections.HandlerOverruns, "{frame}", "Frames in which a channel's handlers took more than HandlerBudget.");
        _meter.CreateObservableCounter("playground.calls.refused", () => calls.Refused, "{call}", "Calls from other threads refused because the queue was full.");
        _meter.CreateObservableUpDownCounter("playground.buffers.rented", () => pool.RentedBytes, "By", "Bytes of the loop's buffers in use.");
        AddRequests(requests);
        AddTools(tools);
        FrameTime = _meter.CreateHistogram<double>("playground.frame.time", "ms", "Time spent in the networking stages of a frame.");
    }

    /// <summary>The meter itself, for a listener that wants this system's alone.</summary>
    public Meter Meter => _meter;

    /// <summary>Milliseconds per frame in our own stages.</summary>
    public Histogram<double> FrameTime { get; }

    public void Dispose() => _meter.Dispose();

    private void AddRequests(RequestCounters requests)
    {
        _meter.CreateObservableUpDownCounter("playground.requests.pending", () => requests.Pending, "{request}", "Requests without an answer yet.");
        _meter.CreateObservableCounter("playground.requests.received", () => requests.RequestsReceived, "{request}", "Requests of peers.");
        _meter.CreateObservableCounter("playground.requests.sent", () => requests.RequestsSent, "{request}", "Requests to peers, those of other peers included.");
        _meter.CreateObservableCounter("playground.requests.refused", () => requests.RequestsRefused, "{request}", "Requests beyond RequestsPendingMax.");
        _meter.CreateObservableCounter("playground.requests.timeouts", () => requests.TimedOut, "{request}", "Requests not answered in time.");
        _meter.CreateObservableCounter("playground.responses.received", () => requests.ResponsesReceived, "{response}", "Responses of peers.");
        _meter.CreateObservableCounter("playground.responses.sent", () => requests.ResponsesSent, "{response}", "Responses to peers.");
        _meter.CreateObservableCounter("playground.responses.late", () => requests.ResponsesLate, "{response}", "Responses that nothing waited for.");
    }

    private void AddTools(ToolCounters tools)
    {
        _meter.CreateObservableUpDownCounter("playground.llm.sessions", () => tools.Sessions, "{session}", "Sessions of language models.");
        _meter.CreateObservableCounter("playground.llm.sessions.refused", () => tools.SessionsRefused, "{session}", "Sessions beyond McpOptions.SessionsMax.");
        _meter.CreateObservableCounter("playground.llm.sessions.idle", () => tools.SessionsIdle, "{session}", "Sessions ended because nobody used them.");
        _meter.CreateObservableCounter("playground.mcp.refused", () => RefusedRequests(tools), "{request}", "Requests of models answered with an error, by HTTP status.");
        _meter.CreateObservableCounter("playground.llm.messages.dropped", () => tools.MessagesDropped, "{packet}", "Packets to a model dropped because too many waited.");
        _meter.CreateObservableUpDownCounter("playground.tools.registered", () => tools.Registered, "{tool}", "Tools on offer.");
        _meter.CreateObservableUpDownCounter("playground.tools.pending", () => tools.Pending, "{call}", "Tool calls without a result yet.");
        _meter.CreateObservableCounter("playground.tools.calls", () => tools.Calls, "{call}", "Tool calls that reached the loop.");
        _meter.CreateObservableCounter("playground.tools.refused", () => tools.Refused, "{call}", "Tool calls refused by their arguments or a limit.");
        _meter.CreateObservableCounter("playground.tools.timeouts", () => tools.TimedOut, "{call}", "Tool calls not answered in time.");
        _meter.CreateObservableCounter("playground.tools.cancelled", () => tools.Cancelled, "{call}", "Tool calls that their caller called off.");
        _meter.CreateObservableCounter("playground.tools.late", () => tools.Late, "{packet}", "Tool results and progress that nothing waited for.");
        _meter.CreateObservableCounter("playground.resources.changes.dropped", () => tools.ChangesDropped, "{change}", "Changes of resources not told because there were too many in a frame.");
        _meter.CreateObservableCounter("playground.tools.notes.dropped", () => tools.NotesDropped, "{message}", "Progress and log messages dropped because too many waited.");
    }

    private static IEnumerable<Measurement<long>> Disconnects(ConnectionCounters counters)
    {
        for (var reason = (DisconnectReason)0; (int)reason < DisconnectReasons.Count; reason++)
        {
            yield return new Measurement<long>(counters.Disconnects(reason), new KeyValuePair<string, object?>("reason", reason.ToString()));
        }
    }

    private static IEnumerable<Measurement<long>> Upgrades(UpgradeCounters counters)
    {
        foreach (var kind in Enum.GetValues<RefusedUpgrade>())
        {
            yield return new Measurement<long>(counters.Read(kind), new KeyValuePair<string, object?>("reason", kind.ToString()));
        }
    }

    private static IEnumerable<Measurement<long>> RefusedRequests(ToolCounters counters)
    {
        foreach (var (status, count) in counters.RefusedRequests.Read())
        {
            yield return new Measurement<long>(count, new KeyValuePair<string, object?>("status", status.ToString(CultureInfo.InvariantCulture)));
        }
    }

    private static IEnumerable<Measurement<long>> Drops(SendCounters counters)
    {
        for (var lane = Priority.Critical; lane <= Priority.Low; lane++)
        {
            yield return new Measurement<long>(counters.Dropped(lane), new KeyValuePair<string, object?>("lane", Lanes[(int)lane]));
        }
    }

    private static IEnumerable<Measurement<long>> Refusals(ConnectionCounters counters)
    {
        foreach (var error in Enum.GetValues<ErrorCode>())
        {
            if (error == ErrorCode.None) continue;
            yield return new Measurement<long>(counters.Refused(error), new KeyValuePair<string, object?>("error", error.ToString()));
        }
    }
}
