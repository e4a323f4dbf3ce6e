using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace Playground.Ecs.Networking.Mcp.Tests.Fixtures;

/// <summary>The conformance suite's prompts, native ones of the SDK, and the tool that adds or removes one.</summary>
internal sealed class Prompts
{
    private readonly McpServerPrompt _comingAndGoing = Prompt("test_dynamic_prompt", "Comes and goes.", static () => Says("here"));

    public McpServerPrimitiveCollection<McpServerPrompt> Collection { get; } =
    [
        Prompt("test_simple_prompt", "Words.", static () => Says("This is a simple prompt for testing.")),
        Prompt("test_prompt_with_arguments", "Words with words.", WithArguments),
        Prompt("test_prompt_with_embedded_resource", "A resource.", WithResource),
        Prompt("test_prompt_with_image", "A picture.", static () => new[]
        {
            Message(ImageContentBlock.FromBytes(Media.Png, "image/png")), Says("Please analyze the image above."),
        }),
        Prompt("test_input_required_result_prompt", "Asks the user first.", InputRequired),
    ];

    public McpServerTool Trigger => McpServerTool.Create(
        () => Collection.Remove(_comingAndGoing) || Collection.TryAdd(_comingAndGoing) ? "The prompts are others now." : "nothing changed",
        new McpServerToolCreateOptions { Name = "test_trigger_prompt_change", Description = "Adds or removes a prompt." });

    private static McpServerPrompt Prompt(string name, string description, Delegate handler) =>
        McpServerPrompt.Create(handler, new McpServerPromptCreateOptions { Name = name, Description = description });

    private static PromptMessage WithArguments(string arg1, string arg2) => Says($"Prompt with arguments: arg1='{arg1}', arg2='{arg2}'");

    private static PromptMessage[] WithResource(string resourceUri) =>
    [
        Message(new EmbeddedResourceBlock
        {
            Resource = new TextResourceContents { Uri = resourceUri, MimeType = "text/plain", Text = "Embedded resource content for testing." },
        }),
        Says("Please process the embedded resource above."),
    ];

    private static PromptMessage InputRequired(RequestContext<GetPromptRequestParams> context) =>
        Asking.UserWrote(context.Params!.InputResponses, "user_context", "context") is { } about
            ? Says($"Write about {about}.")
            : throw InputRequiredTools.Need(null, ("user_context", Asking.ForUser("What context should the prompt use?", "context")));

    private static PromptMessage Says(string text) => Message(new TextContentBlock { Text = text });

    private static PromptMessage Message(ContentBlock content) => new() { Role = Role.User, Content = content };
}
