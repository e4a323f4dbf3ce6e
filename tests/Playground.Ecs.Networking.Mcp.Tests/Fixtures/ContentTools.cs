using System.Text.Json;
using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.Mcp.Tests.Fixtures;

/// <summary>The conformance suite's tools for content, errors, progress and logs, as a game would register them: handlers on the loop.</summary>
internal static class ContentTools
{
    private static readonly JsonElement NoArguments = JsonElement.Parse("""{"type":"object","properties":{},"additionalProperties":false}""");

    public static async Task RegisterAsync(NetworkingSystem system, ChannelId channel)
    {
        foreach (var (name, description, handler) in All(system, channel))
        {
            (await system.RegisterMcpToolAsync(name, description, NoArguments, channel, handler)).Unwrap();
        }
    }

    private static IEnumerable<(string Name, string Description, ToolHandler Handler)> All(NetworkingSystem system, ChannelId channel) =>
    [
        ("test_simple_text", "Answers with words.", static (_, _) => new(ToolOutput.Text("This is a simple text response for testing."))),
        ("test_image_content", "Answers with a picture.", static (_, _) => new(ToolOutput.Of(new ToolContent.Image(Media.Png, "image/png")))),
        ("test_audio_content", "Answers with a sound.", static (_, _) => new(ToolOutput.Of(new ToolContent.Audio(Media.Wav, "audio/wav")))),
        ("test_embedded_resource", "Answers with a resource.", static (_, _) => new(ToolOutput.Of(Embedded()))),
        ("test_multiple_content_types", "Answers with words, a picture and a resource.", static (_, _) => new(Mixed())),
        ("test_error_handling", "Fails.", static (_, _) => new(ToolOutput.Error("This tool intentionally returns an error for testing"))),
        ("test_tool_with_progress", "Says how far it is.", ReportAsync),
        ("test_tool_with_logging", "Says what it does.", LogAsync),
        ("test_logging_tool", "Says a word in the log.", Log),
        ("test_trigger_tool_change", "Adds or removes a tool.", (_, _) => new(Change(system, channel))),
    ];

    private static ToolContent.Resource Embedded() =>
        new(ResourceContents.FromText("test://embedded-resource", "This is an embedded resource content.", "text/plain"));

    private static ToolOutput Mixed() => ToolOutput.Of(
        new ToolContent.Text("Multiple content types test:"),
        new ToolContent.Image(Media.Png, "image/png"),
        new ToolContent.Resource(ResourceContents.FromText(
            "test://mixed-content-resource", """{"test":"data","value":123}""", "application/json")));

    // Goes on in the next frame after each step, where the suite suggests some milliseconds.
    private static async ValueTask<ToolOutput> ReportAsync(ToolInvocation call, CancellationToken cancellationToken)
    {
        call.ReportProgress(0, 100);
        await Task.Yield();
        call.ReportProgress(50, 100);
        await Task.Yield();
        call.ReportProgress(100, 100);
        return ToolOutput.Text("All steps are done.");
    }

    private static async ValueTask<ToolOutput> LogAsync(ToolInvocation call, CancellationToken cancellationToken)
    {
        call.Log(ToolLogLevel.Information, "Tool execution started");
        await Task.Yield();
        call.Log(ToolLogLevel.Information, "Tool processing data");
        await Task.Yield();
        call.Log(ToolLogLevel.Information, "Tool execution completed");
        return ToolOutput.Text("Everything was said.");
    }

    private static ValueTask<ToolOutput> Log(ToolInvocation call, CancellationToken cancellationToken)
    {
        call.Log(ToolLogLevel.Information, "the logging tool was called");
        return new(ToolOutput.Text("It was said to whoever listens."));
    }

    // On the loop: the tool comes with one call and goes with the next.
    private static ToolOutput Change(NetworkingSystem system, ChannelId channel)
    {
        const string Name = "test_dynamic_tool";
        var change = system.ListMcpTools().Any(static tool => tool.Name == Name)
            ? system.UnregisterMcpTool(Name)
            : system.RegisterMcpTool(Name, "Comes and goes.", NoArguments, channel, static (_, _) => new(ToolOutput.Text("here")));
        return change.IsOk ? ToolOutput.Text("The tools are others now.") : ToolOutput.Error(change.Error!.Message);
    }
}
