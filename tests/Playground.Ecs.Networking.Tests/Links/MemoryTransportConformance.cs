using Playground.Ecs.Networking.Links;

namespace Playground.Ecs.Networking.Tests.Links;

/// <summary>The conformance of links inside the process.</summary>
[TestFixture]
public sealed class MemoryTransportConformance : TransportConformance
{
    protected override ITransport CreateTransport() => new MemoryTransport();

    protected override ILinkClient Connect() => new MemoryLinkClient(((MemoryTransport)Loop.Transport).Connect().Unwrap());

    private sealed class MemoryLinkClient(MemoryClient client) : ILinkClient
    {
        public (int Code, string Reason)? ServerClose =>
            client.End is { Code: not 1006 } end ? (end.Code, end.Reason) : null;

        public bool HasEnded
        {
            get
            {
                client.TryReceive(out _);
                return client.End is not null;
            }
        }

        public void Send(byte[] message) => SpinWait.SpinUntil(() => client.TrySend(message) || client.End is not null);

        public bool TryReceive(out byte[] message)
        {
            var received = client.TryReceive(out var bytes);
            message = bytes.ToArray();
            return received;
        }

        public void Close(int code, string reason) => client.Close((ushort)code, reason);

        public void Abort() => client.Abort();

        public void Dispose() => client.Abort();
    }
}
