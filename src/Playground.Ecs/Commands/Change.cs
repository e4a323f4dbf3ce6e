namespace Playground.Ecs.Commands;

/// <summary>One component that an entity is to get or lose.</summary>
internal readonly record struct Change(Entity Entity, ComponentType Component);
