using System.Buffers;

namespace Playground.Ecs.Networking.Protocol.Tests.Messages;

/// <summary>Lets a test treat all messages alike.</summary>
internal abstract record MessageCodec(Type Type, ushort WireType)
{
    public static IReadOnlyList<MessageCodec> All { get; } =
    [
        Of<Hello>(), Of<Welcome>(), Of<Goodbye>(), Of<Ping>(), Of<Pong>(), Of<Ack>(),
        Of<Subscribe>(), Of<Unsubscribe>(), Of<RegisterChannel>(), Of<UnregisterChannel>(), Of<QueryChannel>(), Of<ListChannels>(),
        Of<Reply>(), Of<ErrorMessage>(), Of<RegisterMcpTool>(), Of<UnregisterMcpTool>(),
        Of<Request>(), Of<Response>(), Of<ToolCall>(), Of<ToolResult>(), Of<ToolProgress>(), Of<ToolCancel>(), Of<Relayed>(),
    ];

    public static MessageCodec Named(string name) => All.Single(x => x.Type.Name == name);

    public abstract object? Read(ReadOnlyMemory<byte> payload);

    public abstract byte[] Write(object message);

    public override string ToString() => Type.Name;

    private static Typed<T> Of<T>()
        where T : struct, IMessage<T> => new();

    private sealed record Typed<T>() : MessageCodec(typeof(T), T.WireType)
        where T : struct, IMessage<T>
    {
        public override object? Read(ReadOnlyMemory<byte> payload) => T.TryRead(payload, out var message) ? message : null;

        public override byte[] Write(object message)
        {
            var buffer = new ArrayBufferWriter<byte>();
            ((T)message).WriteTo(buffer);
            return buffer.WrittenSpan.ToArray();
        }

        public override string ToString() => typeof(T).Name;
    }
}
