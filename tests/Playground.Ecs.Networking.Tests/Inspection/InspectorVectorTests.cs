using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Text.Json;
using Playground.Ecs.Networking.Inspection;
using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.Tests.Inspection;

/// <summary>The golden bytes that the page's readers are held to as well.</summary>
public sealed class InspectorVectorTests
{
    private static readonly JsonElement Root = JsonDocument
        .Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "inspector.json"))).RootElement;

    private static IEnumerable<TestCaseData> Canonical => Cases("messages").Where(static c => ((JsonElement)c.Arguments[0]!).GetProperty("canonical").GetBoolean());

    private static IEnumerable<TestCaseData> Watches => Cases("messages").Where(static c => Text((JsonElement)c.Arguments[0]!, "message") == "Watch");

    private static IEnumerable<TestCaseData> MalformedWatches => Cases("malformedMessages").Where(static c => Text((JsonElement)c.Arguments[0]!, "message") == "Watch");

    [TestCaseSource(nameof(Canonical))]
    public void A_message_is_written_as_the_vector_says(JsonElement vector)
    {
        var fields = vector.GetProperty("fields");
        var written = Text(vector, "message") switch
        {
            "Overview" => Overview(fields),
            "Connections" => Rows(fields, "total", Connection),
            "Channels" => Rows(fields, "total", Channel),
            "Packets" => Rows(fields, "notShown", Packet),
            _ => InspectorRig.Encode(new Watch(fields.GetProperty("packets").GetBoolean())),
        };
        Assert.That(Convert.ToHexStringLower(written), Is.EqualTo(Text(vector, "hex")));
        Assert.That(Int(vector, "type"), Is.EqualTo((int)Enum.Parse<InspectorType>(Text(vector, "message"))));
    }

    [TestCaseSource(nameof(Watches))]
    public void A_wish_is_read_as_the_vector_says(JsonElement vector)
    {
        Assert.That(Watch.TryRead(Convert.FromHexString(Text(vector, "hex")), out var watch));
        Assert.That(watch.Packets, Is.EqualTo(vector.GetProperty("fields").GetProperty("packets").GetBoolean()));
    }

    [TestCaseSource(nameof(MalformedWatches))]
    public void A_malformed_wish_is_refused(JsonElement vector) => Assert.That(Watch.TryRead(Convert.FromHexString(Text(vector, "hex")), out _), Is.False);

    [Test]
    public void Every_message_has_a_vector() => Assert.That(
        Canonical.Select(static c => Text((JsonElement)c.Arguments[0]!, "message")).Distinct(), Is.EquivalentTo(Enum.GetNames<InspectorType>()));

    private static byte[] Overview(JsonElement fields)
    {
        var totals = fields.GetProperty("totals");
        var budget = fields.GetProperty("budget");
        var message = new ArrayBufferWriter<byte>();
        new Overview
        {
            Frame = U32(fields, "frame"),
            UptimeMs = U64(fields, "uptimeMs"),
            FrameRate = (ushort)U32(fields, "frameRate"),
            IntervalMs = (ushort)U32(fields, "intervalMs"),
            Totals = new OverviewTotals(U32(totals, "active"), U32(totals, "away"), U32(totals, "models"))
            {
                Accepted = U64(totals, "accepted"),
                Ended = U64(totals, "ended"),
                PacketsIn = U64(totals, "packetsIn"),
                PacketsOut = U64(totals, "packetsOut"),
                BatchesIn = U64(totals, "batchesIn"),
                SendsOut = U64(totals, "sendsOut"),
                BytesIn = U64(totals, "bytesIn"),
                BytesOut = U64(totals, "bytesOut"),
                Dropped = U64(totals, "dropped"),
                InboxDropped = U64(totals, "inboxDropped"),
                Refused = U64(totals, "refused"),
                Resumed = U64(totals, "resumed"),
                RequestsPending = U32(totals, "requestsPending"),
                RentedBytes = U64(totals, "rentedBytes"),
            },
            Stages = Each(fields, "stages", static s => new StageRow(Text(s, "name"), Real(s, "meanUs"), Real(s, "p99Us"), Real(s, "maxUs"))),
            Lanes = Each(fields, "lanes", static l => new LaneRow(
                U64(l, "packetsOut"), U64(l, "bytesOut"), U64(l, "dropped"), U32(l, "waitingPackets"), U32(l, "waitingBytes"))),
            Budget = new BudgetRow(
                U32(budget, "sendBudgetBytes"), U32(budget, "linksAtBudget"), U32(budget, "largestSendBytes"), U32(budget, "queueBytesMax"), U32(budget, "largestQueueBytes")),
            FramesBehind = U32(fields, "framesBehind"),
        }.WriteTo(message);
        return message.WrittenSpan.ToArray();
    }

    private static ConnectionRow Connection(JsonElement row) => new(U32(row, "entity"), Text(row, "peerId"), Text(row, "clientName"), (PeerState)Int(row, "state"))
    {
        LatencyMs = U32(row, "latencyMs"),
        PacketsIn = U64(row, "packetsIn"),
        PacketsOut = U64(row, "packetsOut"),
        BytesIn = U64(row, "bytesIn"),
        BytesOut = U64(row, "bytesOut"),
        QueuePackets = U32(row, "queuePackets"),
        QueueBytes = U32(row, "queueBytes"),
        Dropped = U64(row, "dropped"),
        Subscriptions = (ushort)U32(row, "subscriptions"),
        AgeMs = U64(row, "ageMs"),
        IdleMs = U64(row, "idleMs"),
        Address = Text(row, "address") is { Length: > 0 } address ? IPEndPoint.Parse(address) : null,
    };

    private static ChannelRow Channel(JsonElement row) => new((ushort)U32(row, "id"), Text(row, "name"), row.GetProperty("isSystem").GetBoolean(), row.GetProperty("owner").GetString())
    {
        Subscribers = U32(row, "subscribers"),
        PacketsIn = U64(row, "packetsIn"),
        PacketsOut = U64(row, "packetsOut"),
        BytesIn = U64(row, "bytesIn"),
        BytesOut = U64(row, "bytesOut"),
        Waiting = U32(row, "waiting"),
        InboxDropped = U64(row, "inboxDropped"),
        Types = Each(row, "types", static t => new TypeRow((ushort)U32(t, "type"), U64(t, "packetsIn"), U64(t, "packetsOut"), U64(t, "bytesIn"), U64(t, "bytesOut"))),
    };

    private static PacketRow Packet(JsonElement row)
    {
        // The length is the whole payload's, which may be more than one packet's.
        var bytes = Convert.FromHexString(Text(row, "header"));
        var length = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(8));
        bytes.AsSpan(8).Clear();
        Assert.That(PacketHeader.TryRead(bytes, out var header));
        return new PacketRow(U32(row, "frame"), Int(row, "direction") == 1, Text(row, "peer"), U32(row, "receivers"), header.WithPayloadLength(length));
    }

    private static byte[] Rows<T>(JsonElement fields, string number, Func<JsonElement, T> read)
        where T : struct, IInspectorRow
    {
        var writer = new RowsWriter(64 * 1024);
        writer.Begin();
        foreach (var row in Each(fields, "rows", read)) Assert.That(writer.TryAdd(row));
        return writer.Finish(U32(fields, number)).ToArray();
    }

    private static T[] Each<T>(JsonElement fields, string name, Func<JsonElement, T> read) => [.. fields.GetProperty(name).EnumerateArray().Select(read)];

    private static IEnumerable<TestCaseData> Cases(string section) => Root.GetProperty(section).EnumerateArray()
        .Select(static vector => new TestCaseData(vector).SetArgDisplayNames($"{Text(vector, "message")}: {Text(vector, "name")}"));

    private static string Text(JsonElement fields, string name) => fields.GetProperty(name).GetString()!;

    private static int Int(JsonElement fields, string name) => fields.GetProperty(name).GetInt32();

    private static uint U32(JsonElement fields, string name) => fields.GetProperty(name).GetUInt32();

    private static ulong U64(JsonElement fields, string name) => ulong.Parse(Text(fields, name), CultureInfo.InvariantCulture);

    private static float Real(JsonElement fields, string name) => fields.GetProperty(name).GetSingle();
}
