namespace Playground.Ecs.Networking.Protocol;

internal delegate T ValueReader<out T>(ref FieldReader fields);
