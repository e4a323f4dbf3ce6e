using Playground.Ecs.Networking.Channels;

namespace Playground.Ecs.Networking.Mcp;

/// <summary>Tool calls on the loop. Being written by the lead.</summary>
internal sealed class ToolStage
{
    public NetworkResult Complete(Channel channel, uint callId, ToolOutput output) => throw new NotImplementedException();

    public NetworkResult Report(Channel channel, uint callId, in ToolNote note) => throw new NotImplementedException();
}
