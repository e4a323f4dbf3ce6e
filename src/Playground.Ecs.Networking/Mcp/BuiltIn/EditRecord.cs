using Playground.Ecs.Networking.Mcp.Expose;

namespace Playground.Ecs.Networking.Mcp.BuiltIn;

/// <summary>What an edit did, so that it can be undone while nobody has changed it since. Immutable.</summary>
internal sealed record EditRecord(IReadOnlyList<EditedEntity> Entities);

/// <summary>What an edit did to one entity.</summary>
/// <param name="Entity">The entity, alive after the edit unless <paramref name="Destroyed"/>.</param>
/// <param name="IsNew">The edit made it.</param>
/// <param name="Destroyed">All components that it had, for an entity that the edit took away; null: it did not.</param>
/// <param name="Components">What it changed.</param>
internal sealed record EditedEntity(Entity Entity, bool IsNew, IReadOnlyList<object>? Destroyed, IReadOnlyList<EditedComponent> Components);

/// <summary>One component before and after an edit.</summary>
/// <param name="Component">Which one.</param>
/// <param name="Before">Its value before; null: it was not there.</param>
/// <param name="After">Its JSON after; null: it is not there.</param>
internal sealed record EditedComponent(ExposedComponent Component, object? Before, string? After);
