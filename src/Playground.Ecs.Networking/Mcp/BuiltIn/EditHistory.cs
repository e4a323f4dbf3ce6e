using System.Globalization;

namespace Playground.Ecs.Networking.Mcp.BuiltIn;

/// <summary>The last edits of each session, which it may undo. Loop thread only.</summary>
internal sealed class EditHistory(World world)
{
    private const int EditsMax = 16;

    private readonly Dictionary<Entity, List<(string Token, EditRecord Record)>> _bySession = [];
    private long _count;

    /// <summary>Keeps an edit and gives it a token.</summary>
    /// <param name="session">The session's entity; null for the application.</param>
    /// <param name="record">What it did.</param>
    public string Add(Entity session, EditRecord record)
    {
        foreach (var gone in _bySession.Keys.Where(key => key != Entity.Null && !world.IsAlive(key)).ToArray()) _bySession.Remove(gone);
        if (!_bySession.TryGetValue(session, out var edits)) _bySession[session] = edits = [];
        if (edits.Count == EditsMax) edits.RemoveAt(0);
        var token = string.Create(CultureInfo.InvariantCulture, $"edit-{++_count}");
        edits.Add((token, record));
        return token;
    }

    /// <returns>The edit of a token; null when it is not this session's, undone already or too long ago.</returns>
    public EditRecord? Find(Entity session, string token) =>
        _bySession.TryGetValue(session, out var edits) ? edits.Find(edit => edit.Token == token).Record : null;

    /// <summary>An edit was undone.</summary>
    public void Remove(Entity session, string token) => _bySession[session].RemoveAll(edit => edit.Token == token);
}
