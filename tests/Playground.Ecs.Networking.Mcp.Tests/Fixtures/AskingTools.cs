using System.Text.Json;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using static ModelContextProtocol.Protocol.ElicitRequestParams;

namespace Playground.Ecs.Networking.Mcp.Tests.Fixtures;

/// <summary>The conformance suite's tools that ask the client while they run, and those that look at its capabilities: native ones of the SDK.</summary>
internal static class AskingTools
{
    public static IEnumerable<McpServerTool> All =>
    [
        Tool("test_sampling", "Asks the client's model.", SampleAsync),
        Tool("test_elicitation", "Asks the user.", ElicitAsync),
        Tool("test_elicitation_sep1034_defaults", "Asks the user, with defaults.", ElicitDefaultsAsync),
        Tool("test_elicitation_sep1330_enums", "Asks the user to choose.", ElicitEnumsAsync),
        Tool("test_missing_capability", "Needs a client with a model.", NeedSampling),
        Tool("test_streaming_elicitation", "Answers without asking.", static () => "nothing was asked"),
    ];

    private static McpServerTool Tool(string name, string description, Delegate handler) =>
        McpServerTool.Create(handler, new McpServerToolCreateOptions { Name = name, Description = description });

    private static async Task<string> SampleAsync(McpServer server, string prompt, CancellationToken cancellationToken)
    {
        var result = await server.SampleAsync(Asking.Model(prompt, maxTokens: 100), cancellationToken);
        return $"LLM response: {Asking.TextOf(result.Content)}";
    }

    private static async Task<string> ElicitAsync(McpServer server, string message, CancellationToken cancellationToken)
    {
        var asked = new Dictionary<string, PrimitiveSchemaDefinition>
        {
            ["username"] = new StringSchema { Description = "User's response" },
            ["email"] = new StringSchema { Description = "User's email address" },
        };
        var result = await server.ElicitAsync(Asking.User(message, asked, "username", "email"), cancellationToken);
        return $"User response: {Describe(result)}";
    }

    private static async Task<string> ElicitDefaultsAsync(McpServer server, CancellationToken cancellationToken)
    {
        var asked = new Dictionary<string, PrimitiveSchemaDefinition>
        {
            ["name"] = new StringSchema { Default = "John Doe" },
            ["age"] = new NumberSchema { Type = "integer", Default = 30 },
            ["score"] = new NumberSchema { Default = 95.5 },
            ["status"] = new UntitledSingleSelectEnumSchema { Enum = ["active", "inactive", "pending"], Default = "active" },
            ["verified"] = new BooleanSchema { Default = true },
        };
        var result = await server.ElicitAsync(Asking.User("Check these, please", asked), cancellationToken);
        return $"Elicitation completed: {Describe(result)}";
    }

    private static async Task<string> ElicitEnumsAsync(McpServer server, CancellationToken cancellationToken)
    {
        string[] plain = ["option1", "option2", "option3"];
        var asked = new Dictionary<string, PrimitiveSchemaDefinition>
        {
            ["untitledSingle"] = new UntitledSingleSelectEnumSchema { Enum = plain },
            ["titledSingle"] = new TitledSingleSelectEnumSchema { OneOf = Titled("Option") },
            ["legacyEnum"] = new LegacyTitledEnumSchema { Enum = ["opt1", "opt2", "opt3"], EnumNames = ["Option One", "Option Two", "Option Three"] },
            ["untitledMulti"] = new UntitledMultiSelectEnumSchema { Items = new UntitledEnumItemsSchema { Enum = plain } },
            ["titledMulti"] = new TitledMultiSelectEnumSchema { Items = new TitledEnumItemsSchema { AnyOf = Titled("Choice") } },
        };
        var result = await server.ElicitAsync(Asking.User("Choose, please", asked), cancellationToken);
        return $"Elicitation completed: {Describe(result)}";
    }

    private static string NeedSampling(McpServer server) => server.ClientCapabilities?.Sampling is not null
        ? "The client has a model."
        : throw new MissingRequiredClientCapabilityException(new ClientCapabilities { Sampling = new SamplingCapability() }, "a client with a model is needed");

    private static EnumSchemaOption[] Titled(string what) =>
    [
        new() { Const = "value1", Title = $"First {what}" },
        new() { Const = "value2", Title = $"Second {what}" },
        new() { Const = "value3", Title = $"Third {what}" },
    ];

    private static string Describe(ElicitResult result) => $"action={result.Action}, content={JsonSerializer.Serialize(result.Content)}";
}
