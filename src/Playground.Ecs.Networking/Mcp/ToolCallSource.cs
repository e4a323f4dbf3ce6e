namespace Playground.Ecs.Networking.Mcp;

/// <summary>Where a call came from, and what its tool says goes back to.</summary>
internal abstract class ToolCallSource
{
    /// <summary>Passes on progress or a log message; of no effect when the call is over. Loop thread.</summary>
    public abstract void Note(in ToolNote note);
}
