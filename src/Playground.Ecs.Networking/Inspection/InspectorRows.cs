using System.Globalization;
using System.Net;
using MessagePack;
using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.Inspection;

/// <summary>One row of a message of the inspector's channel (INSPECTOR.md), written as a MessagePack array.</summary>
internal interface IInspectorRow
{
    void WriteTo(ref MessagePackWriter fields);
}

/// <summary>What a connection's state is called on the wire.</summary>
internal enum PeerState : byte
{
    Silent,
    Authenticating,
    Open,
    Plain,
    Away,
    Model,
    Expected,
}

/// <summary>One stage of the frame, in microseconds over the frames since the last Overview.</summary>
internal readonly record struct StageRow(string Name, float MeanUs, float P99Us, float MaxUs) : IInspectorRow
{
    public void WriteTo(ref MessagePackWriter fields)
    {
        fields.WriteArrayHeader(4);
        fields.Write(Name);
        fields.Write(MeanUs);
        fields.Write(P99Us);
        fields.Write(MaxUs);
    }
}

/// <summary>One lane over all links.</summary>
internal record struct LaneRow(ulong PacketsOut, ulong BytesOut, ulong Dropped, uint WaitingPackets, uint WaitingBytes) : IInspectorRow
{
    public readonly void WriteTo(ref MessagePackWriter fields)
    {
        fields.WriteArrayHeader(5);
        fields.Write(PacketsOut);
        fields.Write(BytesOut);
        fields.Write(Dropped);
        fields.Write(WaitingPackets);
        fields.Write(WaitingBytes);
    }
}

/// <summary>What the frames since the last Overview used of what a link may be sent.</summary>
internal record struct BudgetRow(uint SendBudgetBytes, uint LinksAtBudget, uint LargestSendBytes, uint QueueBytesMax, uint LargestQueueBytes) : IInspectorRow
{
    public readonly void WriteTo(ref MessagePackWriter fields)
    {
        fields.WriteArrayHeader(5);
        fields.Write(SendBudgetBytes);
        fields.Write(LinksAtBudget);
        fields.Write(LargestSendBytes);
        fields.Write(QueueBytesMax);
        fields.Write(LargestQueueBytes);
    }
}

/// <summary>One peer: a connection, a language model's session, or somebody who is expected.</summary>
internal record struct ConnectionRow(uint Entity, string PeerId, string ClientName, PeerState State) : IInspectorRow
{
    private const int AddressBytesMax = 80;

    public uint LatencyMs;
    public ulong PacketsIn;
    public ulong PacketsOut;
    public ulong BytesIn;
    public ulong BytesOut;
    public uint QueuePackets;
    public uint QueueBytes;
    public ulong Dropped;
    public ushort Subscriptions;
    public ulong AgeMs;
    public ulong IdleMs;
    public IPEndPoint? Address;

    public readonly void WriteTo(ref MessagePackWriter fields)
    {
        fields.WriteArrayHeader(16);
        fields.Write(Entity);
        fields.Write(PeerId);
        fields.Write(ClientName);
        fields.Write((byte)State);
        fields.Write(LatencyMs);
        fields.Write(PacketsIn);
        fields.Write(PacketsOut);
        fields.Write(BytesIn);
        fields.Write(BytesOut);
        fields.Write(QueuePackets);
        fields.Write(QueueBytes);
        fields.Write(Dropped);
        fields.Write(Subscriptions);
        fields.Write(AgeMs);
        fields.Write(IdleMs);
        WriteAddress(ref fields);
    }

    // IPEndPoint.ToString would allocate for each row.
    private readonly void WriteAddress(ref MessagePackWriter fields)
    {
        Span<byte> text = stackalloc byte[AddressBytesMax];
        var length = 0;
        if (Address is { } address)
        {
            var isV6 = address.Address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6;
            if (isV6) text[length++] = (byte)'[';
            address.Address.TryFormat(text[length..], out var written);
            length += written;
            if (isV6) text[length++] = (byte)']';
            text[length++] = (byte)':';
            address.Port.TryFormat(text[length..], out written, default, CultureInfo.InvariantCulture);
            length += written;
        }

        fields.WriteStringHeader(length);
        text[..length].CopyTo(fields.GetSpan(length));
        fields.Advance(length);
    }
}

/// <summary>One packet type of a channel.</summary>
internal record struct TypeRow(ushort Type, ulong PacketsIn, ulong PacketsOut, ulong BytesIn, ulong BytesOut) : IInspectorRow
{
    public readonly void WriteTo(ref MessagePackWriter fields)
    {
        fields.WriteArrayHeader(5);
        fields.Write(Type);
        fields.Write(PacketsIn);
        fields.Write(PacketsOut);
        fields.Write(BytesIn);
        fields.Write(BytesOut);
    }
}

/// <summary>One channel, the control channel among them.</summary>
internal record struct ChannelRow(ushort Id, string Name, bool IsSystem, string? Owner) : IInspectorRow
{
    public uint Subscribers;
    public ulong PacketsIn;
    public ulong PacketsOut;
    public ulong BytesIn;
    public ulong BytesOut;
    public uint Waiting;
    public ulong InboxDropped;
    public ArraySegment<TypeRow> Types;

    public readonly void WriteTo(ref MessagePackWriter fields)
    {
        fields.WriteArrayHeader(12);
        fields.Write(Id);
        fields.Write(Name);
        fields.Write(IsSystem);
        if (Owner is null) fields.WriteNil();
        else fields.Write(Owner);
        fields.Write(Subscribers);
        fields.Write(PacketsIn);
        fields.Write(PacketsOut);
        fields.Write(BytesIn);
        fields.Write(BytesOut);
        fields.Write(Waiting);
        fields.Write(InboxDropped);
        fields.WriteArrayHeader(Types.Count);
        foreach (ref readonly var type in Types.AsSpan()) type.WriteTo(ref fields);
    }
}

/// <summary>One packet: its header and who it is from or for.</summary>
internal readonly record struct PacketRow(uint Frame, bool IsOut, string Peer, uint Receivers, PacketHeader Header) : IInspectorRow
{
    public void WriteTo(ref MessagePackWriter fields)
    {
        fields.WriteArrayHeader(5);
        fields.Write(Frame);
        fields.Write((byte)(IsOut ? 1 : 0));
        fields.Write(Peer);
        fields.Write(Receivers);
        fields.WriteBinHeader(PacketHeader.Size);
        Header.WriteTo(fields.GetSpan(PacketHeader.Size));
        fields.Advance(PacketHeader.Size);
    }
}
