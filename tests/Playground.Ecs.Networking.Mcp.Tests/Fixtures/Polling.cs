using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace Playground.Ecs.Networking.Mcp.Tests.Fixtures;

/// <summary>The conformance suite's tool that closes its stream and leaves its result for whoever comes back for it: a native one of the SDK.</summary>
internal static class Polling
{
    public static McpServerTool Tool => McpServerTool.Create(AnswerLaterAsync, new McpServerToolCreateOptions
    {
        Name = "test_reconnection",
        Description = "Answers those who come back.",
    });

    private static async Task<string> AnswerLaterAsync(RequestContext<CallToolRequestParams> context, CancellationToken cancellationToken)
    {
        await context.EnablePollingAsync(TimeSpan.FromMilliseconds(100), cancellationToken);
        return "You came back.";
    }
}
