using System.Buffers;
using MessagePack;
using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.Inspection;

/// <summary>The packet types of the inspector's channel (INSPECTOR.md).</summary>
internal enum InspectorType : ushort
{
    Overview = 1,
    Connections = 2,
    Channels = 3,
    Packets = 4,
    Watch = 16,
}

/// <summary>The totals since the start that an <see cref="Overview"/> holds.</summary>
internal record struct OverviewTotals(uint Active, uint Away, uint Models) : IInspectorRow
{
    public ulong Accepted;
    public ulong Ended;
    public ulong PacketsIn;
    public ulong PacketsOut;
    public ulong BatchesIn;
    public ulong SendsOut;
    public ulong BytesIn;
    public ulong BytesOut;
    public ulong Dropped;
    public ulong InboxDropped;
    public ulong Refused;
    public ulong Resumed;
    public uint RequestsPending;
    public ulong RentedBytes;

    public readonly void WriteTo(ref MessagePackWriter fields)
    {
        fields.WriteArrayHeader(17);
        fields.Write(Active);
        fields.Write(Away);
        fields.Write(Models);
        fields.Write(Accepted);
        fields.Write(Ended);
        fields.Write(PacketsIn);
        fields.Write(PacketsOut);
        fields.Write(BatchesIn);
        fields.Write(SendsOut);
        fields.Write(BytesIn);
        fields.Write(BytesOut);
        fields.Write(Dropped);
        fields.Write(InboxDropped);
        fields.Write(Refused);
        fields.Write(Resumed);
        fields.Write(RequestsPending);
        fields.Write(RentedBytes);
    }
}

/// <summary>How the server does as a whole.</summary>
internal ref struct Overview
{
    public const byte Version = 1;

    public uint Frame;
    public ulong UptimeMs;
    public ushort FrameRate;
    public ushort IntervalMs;
    public OverviewTotals Totals;
    public ReadOnlySpan<StageRow> Stages;
    public ReadOnlySpan<LaneRow> Lanes;
    public BudgetRow Budget;
    public uint FramesBehind;

    public readonly void WriteTo(IBufferWriter<byte> writer)
    {
        var fields = new MessagePackWriter(writer);
        fields.WriteArrayHeader(10);
        fields.Write(Version);
        fields.Write(Frame);
        fields.Write(UptimeMs);
        fields.Write(FrameRate);
        fields.Write(IntervalMs);
        Totals.WriteTo(ref fields);
        fields.WriteArrayHeader(Stages.Length);
        foreach (ref readonly var stage in Stages) stage.WriteTo(ref fields);
        fields.WriteArrayHeader(Lanes.Length);
        foreach (ref readonly var lane in Lanes) lane.WriteTo(ref fields);
        Budget.WriteTo(ref fields);
        fields.Write(FramesBehind);
        fields.Flush();
    }
}

/// <summary>A client's wish: whether it wants Packets.</summary>
internal readonly record struct Watch(bool Packets) : IMessage<Watch>, IFields<Watch>
{
    public static ushort WireType => (ushort)InspectorType.Watch;

    static int IFields<Watch>.FieldCount => 1;

    public static bool TryRead(ReadOnlyMemory<byte> payload, out Watch message) => MessageReader.TryRead(payload, out message);

    public void WriteTo(IBufferWriter<byte> writer)
    {
        var fields = new MessagePackWriter(writer);
        fields.WriteArrayHeader(1);
        fields.Write(Packets);
        fields.Flush();
    }

    static Watch IFields<Watch>.ReadFields(ref FieldReader fields) => new(fields.ReadBoolean());
}
