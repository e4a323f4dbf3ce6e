namespace Playground.Ecs.Networking.Mcp;

/// <summary>What a component says about itself to language models; immutable.</summary>
public sealed record ExposeOptions
{
    internal static ExposeOptions Default { get; } = new();

    /// <summary>What it means, with units, for the model. Default: nothing.</summary>
    public string Description { get; init; } = string.Empty;

    /// <summary>False: even where writing is allowed, this one is only read. Default true.</summary>
    public bool Writable { get; init; } = true;
}
