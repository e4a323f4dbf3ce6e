using System.Text;
using Playground.Ecs.Networking.Links;

namespace Playground.Ecs.Networking.Fleck;

/// <summary>
/// The request as Fleck gets to see it: complete, already checked, and only the lines that Fleck reads. Its parser is a
/// backtracking expression that takes time linear in the length where no space follows a colon and no value is empty; its
/// cookie parser is not called at all without a Cookie line.
/// </summary>
internal static class FleckHead
{
    private static readonly string[] Passed = ["Host", "Origin", "Sec-WebSocket-Version", "Sec-WebSocket-Key", "Sec-WebSocket-Protocol"];

    /// <summary>Writes the head for a valid upgrade request.</summary>
    public static byte[] Write(string path, LinkUpgrade upgrade)
    {
        var head = new StringBuilder($"GET {path} HTTP/1.1\r\nConnection:Upgrade\r\nUpgrade:websocket\r\n");
        foreach (var name in Passed)
        {
            var value = upgrade.Headers.GetValueOrDefault(name);
            if (!string.IsNullOrEmpty(value))
            {
                head.Append(name).Append(':').Append(value).Append("\r\n");
            }
        }

        return Encoding.Latin1.GetBytes(head.Append("\r\n").ToString());
    }
}
