using System.Text.Json.Serialization;
using Playground.Ecs.Networking.Components;

namespace Playground.Ecs.Networking.Mcp.BuiltIn;

/// <summary>The system's own components as JSON, without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, IncludeFields = true)]
[JsonSerializable(typeof(ConnectionComponent))]
[JsonSerializable(typeof(ChannelComponent))]
[JsonSerializable(typeof(NetworkStatsComponent))]
[JsonSerializable(typeof(LlmSessionComponent))]
internal sealed partial class SystemJson : JsonSerializerContext;
