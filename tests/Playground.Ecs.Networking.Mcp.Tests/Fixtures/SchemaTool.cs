using System.Text.Json;
using ModelContextProtocol.Server;

namespace Playground.Ecs.Networking.Mcp.Tests.Fixtures;

/// <summary>The conformance suite's tool with a schema of all keywords, many of which the bridge does not know: a native one of the SDK.</summary>
internal static class SchemaTool
{
    private const string Schema =
        """
        {
          "$schema": "https://json-schema.org/draft/2020-12/schema",
          "type": "object",
          "$defs": {
            "address": {
              "$anchor": "addressDef",
              "type": "object",
              "properties": { "street": { "type": "string" }, "city": { "type": "string" } }
            }
          },
          "properties": {
            "name": { "type": "string" },
            "address": { "$ref": "#/$defs/address" },
            "contactMethod": { "type": "string", "enum": ["phone", "email"] },
            "phone": { "type": "string" },
            "email": { "type": "string" }
          },
          "allOf": [{ "anyOf": [{ "required": ["phone"] }, { "required": ["email"] }] }],
          "if": { "properties": { "contactMethod": { "const": "phone" } }, "required": ["contactMethod"] },
          "then": { "required": ["phone"] },
          "else": { "required": ["email"] },
          "additionalProperties": false
        }
        """;

    public static McpServerTool Make()
    {
        var options = new McpServerToolCreateOptions { Name = "json_schema_2020_12_tool", Description = "Has a schema of many keywords." };
        var tool = McpServerTool.Create(static () => "It has a schema.", options);
        tool.ProtocolTool.InputSchema = JsonElement.Parse(Schema);
        return tool;
    }
}
