#if DEBUG
namespace Playground.Ecs;

/// <summary>
/// What debug builds know of the running queries of a world, to refuse structural changes that would make them visit an
/// entity twice or not at all. Release builds leave it out.
/// </summary>
internal sealed class IterationWatch
{
    private const int WholeChunk = -1;

    private readonly List<Cursor> _cursors = [];

    public int Enter(Query query)
    {
        _cursors.Add(new Cursor(query, null, WholeChunk));
        return _cursors.Count - 1;
    }

    public void VisitChunk(int cursor, ChunkStore chunk) => _cursors[cursor] = _cursors[cursor] with { Chunk = chunk, Row = WholeChunk };

    public void VisitRow(int row) => _cursors[^1] = _cursors[^1] with { Row = row };

    public void Leave(int cursor) => _cursors.RemoveRange(cursor, _cursors.Count - cursor);

    /// <summary>A query that calls back per entity allows the destroy of that entity; a loop over chunks, of any in the chunk.</summary>
    public void CheckDestroy(Entity entity, ChunkStore chunk, int row)
    {
        foreach (var cursor in _cursors)
        {
            var isCurrent = ReferenceEquals(cursor.Chunk, chunk) && (cursor.Row == WholeChunk || cursor.Row == row);
            if (!isCurrent)
                Refuse(cursor, chunk.Archetype, $"destroy of {entity}, which is not the current one,");
        }
    }

    public void CheckChange(Archetype archetype, string change)
    {
        foreach (var cursor in _cursors)
            Refuse(cursor, archetype, change);
    }

    private static void Refuse(Cursor cursor, Archetype archetype, string change)
    {
        if (cursor.Query.Description.Matches(archetype))
        {
            throw new InvalidOperationException(
                $"A {change} changes the entities with {archetype.Signature} inside a query over them; "
                + "do it after the query or through a CommandBuffer.");
        }
    }

    private readonly record struct Cursor(Query Query, ChunkStore? Chunk, int Row);
}
#endif
