using Microsoft.Extensions.DependencyInjection;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace Playground.Ecs.Networking.Mcp.Tests.Fixtures;

/// <summary>What the conformance suite wants of a server and the bridge does not have: by <see cref="McpOptions.Configure"/>.</summary>
internal static class NativeFixtures
{
    public static void Configure(IMcpServerBuilder builder)
    {
        var prompts = new Prompts();
        builder.Services.Configure<McpServerOptions>(options => options.PromptCollection = prompts.Collection);
        builder.Services.AddDistributedMemoryCache();
        builder.WithDistributedCacheEventStreamStore();
        builder.WithTools([.. AskingTools.All, .. InputRequiredTools.All, prompts.Trigger, SchemaTool.Make(), Polling.Tool]);
        builder.WithCompleteHandler(static (_, _) => new(new CompleteResult { Completion = new Completion { Values = [], Total = 0, HasMore = false } }));
    }
}
