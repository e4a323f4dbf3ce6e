using Playground.Ecs.Networking.Fleck;
using Playground.Ecs.Networking.Links;

namespace Playground.Demo;

/// <content>What -p:Fleck=true adds.</content>
internal static partial class DemoTransports
{
    static partial void AddOptional(List<(string Name, Func<ITransport> Create)> all) => all.Add(("fleck", static () => new FleckTransport()));
}
