using MessagePack;

namespace Playground.Ecs.Networking.Tests.Inspection;

/// <summary>A message of the inspector's channel as the page sees it: arrays whose fields have the names of INSPECTOR.md.</summary>
internal sealed class Decoded
{
    private static readonly Dictionary<string, string[]> Fields = new()
    {
        ["overview"] = ["version", "frame", "uptimeMs", "frameRate", "intervalMs", "totals", "stages", "lanes", "budget", "framesBehind"],
        ["totals"] =
        [
            "active", "away", "models", "accepted", "ended", "packetsIn", "packetsOut", "batchesIn", "sendsOut", "bytesIn", "bytesOut", "dropped",
            "inboxDropped", "refused", "resumed", "requestsPending", "rentedBytes",
        ],
        ["stages"] = ["name", "meanUs", "p99Us", "maxUs"],
        ["lanes"] = ["packetsOut", "bytesOut", "dropped", "waitingPackets", "waitingBytes"],
        ["budget"] = ["sendBudgetBytes", "linksAtBudget", "largestSendBytes", "queueBytesMax", "largestQueueBytes"],
        ["connections"] = ["total", "rows"],
        ["channels"] = ["total", "rows"],
        ["packets"] = ["notShown", "rows"],
        ["connection"] =
        [
            "entity", "peerId", "clientName", "state", "latencyMs", "packetsIn", "packetsOut", "bytesIn", "bytesOut", "queuePackets", "queueBytes", "dropped",
            "subscriptions", "ageMs", "idleMs", "address",
        ],
        ["channel"] =
        [
            "id", "name", "isSystem", "owner", "subscribers", "packetsIn", "packetsOut", "bytesIn", "bytesOut", "waiting", "inboxDropped", "types",
        ],
        ["types"] = ["type", "packetsIn", "packetsOut", "bytesIn", "bytesOut"],
        ["packet"] = ["frame", "direction", "peer", "receivers", "header"],
    };

    private readonly object? _value;
    private readonly string _kind;
    private readonly string _rows;

    private Decoded(object? value, string kind, string rows) => (_value, _kind, _rows) = (value, kind, rows);

    public ulong Number => Convert.ToUInt64(_value, System.Globalization.CultureInfo.InvariantCulture);

    public float Real => (float)_value!;

    public string? Text => (string?)_value;

    public bool Flag => (bool)_value!;

    public byte[] Bytes => (byte[])_value!;

    public List<Decoded> Items => [.. ((object[])_value!).Select(item => new Decoded(item, _kind == "rows" ? _rows : _kind, _rows))];

    public Decoded this[string field]
    {
        get
        {
            var names = Fields[_kind];
            var values = (object?[])_value!;
            Assert.That(values, Has.Length.EqualTo(names.Length), _kind);
            return new Decoded(values[Array.IndexOf(names, field)], field, _rows);
        }
    }

    public ulong N(string field) => this[field].Number;

    public static Decoded Overview(byte[] message) => Read(message, "overview", string.Empty);

    public static Decoded Connections(byte[] message) => Read(message, "connections", "connection");

    public static Decoded Channels(byte[] message) => Read(message, "channels", "channel");

    public static Decoded Packets(byte[] message) => Read(message, "packets", "packet");

    private static Decoded Read(byte[] message, string kind, string rows) =>
        new(MessagePackSerializer.Deserialize<object>(message, MessagePackSerializerOptions.Standard), kind, rows);
}
