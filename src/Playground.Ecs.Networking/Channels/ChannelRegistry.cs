using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.Channels;

/// <summary>
/// Channels by id and by name. The table is replaced, never changed, so that other threads may read a snapshot of it;
/// all changes are made by the loop thread.
/// </summary>
internal sealed class ChannelRegistry
{
    private readonly Dictionary<string, Channel> _byName = new(StringComparer.Ordinal);
    private readonly Dictionary<ushort, int> _nextInRange = [];
    private Channel?[] _table = new Channel?[ChannelRanges.AssignedEnd];

    /// <summary>All channels but the control channel, in no particular order. Loop thread.</summary>
    public IReadOnlyCollection<Channel> All => _byName.Values;

    /// <summary>Any thread: an array look-up.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Channel? Find(ChannelId id)
    {
        var table = Volatile.Read(ref _table);
        return id.Value < table.Length ? table[id.Value] : null;
    }

    public bool TryFind(string name, [NotNullWhen(true)] out Channel? channel) => _byName.TryGetValue(name, out channel);

    /// <summary>Says what stands against registering <paramref name="name"/> under an explicit system id.</summary>
    public NetworkError? CheckSystem(string name, ChannelId id)
    {
        if (!ChannelRanges.IsSystem(id))
        {
            return new NetworkError.Forbidden(
                $"channel {id} is outside {ChannelRanges.SystemFirst}-{ChannelRanges.SystemEnd - 1}, the ids of system channels");
        }

        return CheckName(name) ?? CheckFree(id);
    }

    /// <summary>Says what stands against registering <paramref name="name"/> under an explicit plugin id.</summary>
    public NetworkError? CheckPlugin(string name, ChannelId id)
    {
        if (!ChannelRanges.IsPlugin(id))
        {
            return new NetworkError.Forbidden(
                $"channel {id} is outside {ChannelRanges.PluginFirst}-{ChannelRanges.PluginEnd - 1}, the ids of plugin channels");
        }

        return CheckName(name) ?? CheckFree(id);
    }

    /// <summary>Finds a free plugin id in <paramref name="range"/>.</summary>
    public NetworkResult<ChannelId> Allocate(string name, ChannelRange range)
    {
        if (CheckName(name) is { } error) return error;
        var (first, end) = range switch
        {
            ChannelRange.Ide => (ChannelRanges.IdeFirst, ChannelRanges.IdeEnd),
            ChannelRange.Game => (ChannelRanges.GameFirst, ChannelRanges.GameEnd),
            ChannelRange.UiFramework => (ChannelRanges.UiFrameworkFirst, ChannelRanges.UiFrameworkEnd),
            _ => (ChannelRanges.PluginFirst, ChannelRanges.PluginEnd),
        };

        // Ids are handed out in turn, so that a stale client does not at once talk to a freed id's next owner.
        var size = end - first;
        _nextInRange.TryGetValue(first, out var offset);
        var any = range == ChannelRange.Any;
        var taken = 0;
        for (var tried = 0; tried < size; tried++, offset = (offset + 1) % size)
        {
            var id = (ushort)(first + offset);
            if (any && IsOnRequestOnly(id)) continue;
            if (_table[id] is not null)
            {
                taken++;
                continue;
            }

            _nextInRange[first] = (offset + 1) % size;
            return new ChannelId(id);
        }

        return new NetworkError.LimitExceeded($"the number of {range} channel ids in {first}-{end - 1}", taken, taken + 1L);
    }

    /// <summary>Finds a free id of a language model's, and a name for it that is free too.</summary>
    public NetworkResult<(ChannelId Id, string Name)> AllocateModel()
    {
        const int Size = ChannelRanges.LlmEnd - ChannelRanges.LlmFirst;
        _nextInRange.TryGetValue(ChannelRanges.LlmFirst, out var offset);
        for (var tried = 0; tried < Size; tried++, offset = (offset + 1) % Size)
        {
            var id = (ushort)(ChannelRanges.LlmFirst + offset);
            if (_table[id] is not null) continue;
            _nextInRange[ChannelRanges.LlmFirst] = (offset + 1) % Size;
            var name = $"llm-{id}";
            for (var n = 2; _byName.ContainsKey(name); n++) name = $"llm-{id}#{n}";
            return (new ChannelId(id), name);
        }

        return new NetworkError.LimitExceeded($"the number of channel ids in {ChannelRanges.LlmFirst}-{ChannelRanges.LlmEnd - 1}", Size, Size + 1L);
    }

    public void Add(Channel channel)
    {
        if (channel.Id != ChannelRanges.Control) _byName.Add(channel.Name, channel);
        Replace(channel.Id, channel);
    }

    public void Remove(Channel channel)
    {
        _byName.Remove(channel.Name);
        Replace(channel.Id, null);
    }

    private static bool IsOnRequestOnly(ushort id) =>
        id is (>= ChannelRanges.IdeFirst and < ChannelRanges.IdeEnd)
            or (>= ChannelRanges.GameFirst and < ChannelRanges.GameEnd)
            or (>= ChannelRanges.UiFrameworkFirst and < ChannelRanges.UiFrameworkEnd);

    private NetworkError? CheckName(string name)
    {
        if (!Names.IsValid(name))
        {
            return new NetworkError.InvalidArgument(
                $"a channel name must be {ProtocolLimits.MinNameBytes}-{ProtocolLimits.MaxNameBytes} bytes of UTF-8 without control characters");
        }

        return _byName.TryGetValue(name, out var taken)
            ? new NetworkError.AlreadyExists($"the name '{name}' belongs to channel {taken.Id}")
            : null;
    }

    private NetworkError.AlreadyExists? CheckFree(ChannelId id) =>
        _table[id.Value] is { } taken ? new NetworkError.AlreadyExists($"channel {id} is registered as '{taken.Name}'") : null;

    private void Replace(ChannelId id, Channel? channel)
    {
        var table = (Channel?[])_table.Clone();
        table[id.Value] = channel;
        Volatile.Write(ref _table, table);
    }
}
