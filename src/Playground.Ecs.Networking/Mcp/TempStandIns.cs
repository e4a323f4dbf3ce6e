using System.Diagnostics.CodeAnalysis;
namespace Playground.Ecs.Networking.Mcp;
internal static class ToolNames { public static NetworkError? Check(string name) => name.Length is 0 or > 64 ? new NetworkError.InvalidArgument("name") : null; }
internal static class ToolOutputJson {
  public static bool TryRead(string json, bool isError, [NotNullWhen(true)] out ToolOutput? output, [NotNullWhen(false)] out string? problem) => throw new NotImplementedException();
  public static int SizeOf(ToolOutput output) => 0; }
