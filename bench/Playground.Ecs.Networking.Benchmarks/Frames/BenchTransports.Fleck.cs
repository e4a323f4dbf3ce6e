using BenchmarkDotNet.Jobs;
using Playground.Ecs.Networking.Fleck;
using Playground.Ecs.Networking.Links;

namespace Playground.Ecs.Networking.Benchmarks.Frames;

/// <content>What -p:Fleck=true adds.</content>
internal static partial class BenchTransports
{
    static partial void AddOptional(Dictionary<string, Func<ITransport>> all)
    {
        all.Add("fleck", static () => new FleckTransport());
        BuildArguments.Add(new MsBuildArgument("/p:Fleck=true"));
    }

    static partial void CountOptional(ITransport transport, ref int count)
    {
        if (transport is FleckTransport fleck) count = fleck.BlockedLinkCount;
    }
}
