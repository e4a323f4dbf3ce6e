using System.Text.Json;
using ModelContextProtocol.Protocol;
using static ModelContextProtocol.Protocol.ElicitRequestParams;

namespace Playground.Ecs.Networking.Mcp.Tests.Fixtures;

/// <summary>What tools and prompts ask the client's user and model for, and how answers are read.</summary>
internal static class Asking
{
    public static ElicitRequestParams User(string message, IDictionary<string, PrimitiveSchemaDefinition> properties, params IList<string> required) =>
        new() { Message = message, RequestedSchema = new RequestSchema { Properties = properties, Required = required } };

    public static ElicitRequestParams User(string message, string property) =>
        User(message, new Dictionary<string, PrimitiveSchemaDefinition> { [property] = new StringSchema() }, property);

    public static ElicitRequestParams Confirmation() =>
        User("Please confirm", new Dictionary<string, PrimitiveSchemaDefinition> { ["ok"] = new BooleanSchema() }, "ok");

    public static CreateMessageRequestParams Model(string prompt, int maxTokens) => new()
    {
        Messages = [new SamplingMessage { Role = Role.User, Content = [new TextContentBlock { Text = prompt }] }],
        MaxTokens = maxTokens,
    };

    public static InputRequest ForUser(string message, string property) => InputRequest.ForElicitation(User(message, property));

    public static InputRequest ForModel(string prompt, int maxTokens) => InputRequest.ForSampling(Model(prompt, maxTokens));

    public static InputRequest ForRoots() => InputRequest.ForRootsList(new ListRootsRequestParams());

    /// <summary>What the user wrote; null: nothing, or it is none.</summary>
    public static string? UserWrote(IDictionary<string, InputResponse>? responses, string key, string property)
    {
        var content = Read(responses, key, InputResponse.ElicitResultJsonTypeInfo)?.Content;
        return content is not null && content.TryGetValue(property, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
    }

    /// <summary>What the model answered; null: nothing, or it is none.</summary>
    public static string? ModelSaid(IDictionary<string, InputResponse>? responses, string key) =>
        TextOf(Read(responses, key, InputResponse.CreateMessageResultJsonTypeInfo)?.Content);

    /// <summary>The client's roots; null: none were sent.</summary>
    public static IList<Root>? Roots(IDictionary<string, InputResponse>? responses, string key) =>
        Read(responses, key, InputResponse.ListRootsResultJsonTypeInfo)?.Roots;

    public static string? TextOf(IEnumerable<ContentBlock>? content) => content?.OfType<TextContentBlock>().FirstOrDefault()?.Text;

    private static T? Read<T>(IDictionary<string, InputResponse>? responses, string key, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type)
        where T : class
    {
        if (responses is null || !responses.TryGetValue(key, out var response)) return null;
        try
        {
            return response.Deserialize(type);
        }
        catch (JsonException)
        {
            // The suite sends such ones, and wants to be asked again.
            return null;
        }
    }
}
