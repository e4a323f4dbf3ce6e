namespace Playground.Ecs { internal static class Placeholder; }
namespace Playground.Ecs.Commands { internal static class Placeholder; }
namespace Playground.Ecs.Systems { internal static class Placeholder; }
