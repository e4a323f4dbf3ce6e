using System.Buffers;
using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.Fuzz.Targets;

/// <summary>The control and reserved messages. The first byte picks one, the rest is its payload.</summary>
internal static class MessageTarget
{
    // A list of channels is the worst: a line of five bytes becomes a string and three fields.
    private const int AllocatedBytesPerByte = 16;

    // One caught exception.
    private const int AllocatedBytesMore = 8 * 1024;

    /// <summary>In the order of their first byte: new ones come last, or the corpus means something else.</summary>
    public static IReadOnlyList<MessageCheck> Checks { get; } =
    [
        Of<Hello>((x, y) => x.ResumeToken.Span.SequenceEqual(y.ResumeToken.Span) && x with { ResumeToken = default } == y with { ResumeToken = default }),
        Of<Welcome>((x, y) => x.ResumeToken.Span.SequenceEqual(y.ResumeToken.Span) && x with { ResumeToken = default } == y with { ResumeToken = default }),
        Of<Ping>(), Of<Pong>(), Of<Subscribe>(), Of<Unsubscribe>(), Of<RegisterChannel>(), Of<UnregisterChannel>(),
        Of<Reply>((x, y) => x.Value.Span.SequenceEqual(y.Value.Span) && x with { Value = default } == y with { Value = default }, CheckValue),
        Of<QueryChannel>(), Of<ListChannels>(), Of<Ack>(), Of<ErrorMessage>(), Of<Goodbye>(), Of<RegisterMcpTool>(), Of<UnregisterMcpTool>(),
        Of<Request>((x, y) => x.Body.Span.SequenceEqual(y.Body.Span) && x with { Body = default } == y with { Body = default }),
        Of<Response>((x, y) => x.Body.Span.SequenceEqual(y.Body.Span) && x with { Body = default } == y with { Body = default }),
        Of<ToolCall>(), Of<ToolResult>(), Of<ToolProgress>(), Of<ToolCancel>(),
        Of<Relayed>((x, y) => x.Body.Span.SequenceEqual(y.Body.Span) && x with { Body = default } == y with { Body = default }),
    ];

    public static void Run(byte[] input)
    {
        var (number, payload) = FuzzTarget.Cut(input);
        Checks[number % Checks.Count].Run(payload);
    }

    private static MessageCheck Of<T>(Func<T, T, bool>? areEqual = null, Action<T>? more = null)
        where T : struct, IMessage<T> => new(typeof(T).Name, payload => Check(payload, areEqual ?? EqualityComparer<T>.Default.Equals, more));

    private static void Check<T>(byte[] payload, Func<T, T, bool> areEqual, Action<T>? more)
        where T : struct, IMessage<T>
    {
        var gauge = default(AllocationGauge);
        gauge.Start();
        var isRead = T.TryRead(payload, out var message);
        gauge.Stop();
        gauge.StaysWithin((AllocatedBytesPerByte * (long)payload.Length) + AllocatedBytesMore);
        if (!isRead) return;

        var written = Write(message);
        Invariant.Holds(T.TryRead(written, out var again), "what was read cannot be read again");
        Invariant.Holds(areEqual(message, again), "what was read means something else when it is written and read again");
        Invariant.Holds(Write(again).AsSpan().SequenceEqual(written), "equal messages are written differently");
        Invariant.Holds(!T.TryRead(payload.AsMemory(0, payload.Length - 1), out _), "a cut message is read");
        Invariant.Holds(!T.TryRead((byte[])[.. payload, 0xC0], out _), "a message with a byte behind it is read");
        more?.Invoke(message);
    }

    private static void CheckValue(Reply reply)
    {
        var gauge = default(AllocationGauge);
        gauge.Start();
        var isChannel = reply.TryReadChannel(out var channel);
        var isList = reply.TryReadChannels(out var channels);
        gauge.Stop();
        gauge.StaysWithin((AllocatedBytesPerByte * (long)reply.Value.Length) + (2 * AllocatedBytesMore));
        Invariant.Holds(!isChannel || !isList, "one value, two meanings");
        if (isChannel) Invariant.Holds(Reply.Done(1, channel).TryReadChannel(out var again) && again == channel, "another channel");
        if (isList) Invariant.Holds(Reply.Done(1, channels).TryReadChannels(out var again) && again.AsSpan().SequenceEqual(channels), "another list");
    }

    private static byte[] Write<T>(T message)
        where T : struct, IMessage<T>
    {
        var buffer = new ArrayBufferWriter<byte>();
        message.WriteTo(buffer);
        return buffer.WrittenSpan.ToArray();
    }
}

/// <summary>What holds for the payloads of one message.</summary>
/// <param name="Message">The message's name.</param>
/// <param name="Run">Takes a payload; throws when an invariant is broken.</param>
internal sealed record MessageCheck(string Message, Action<byte[]> Run);
