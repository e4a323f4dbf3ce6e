using System.Reflection;
using System.Text;
using CsCheck;

namespace Playground.Ecs.Networking.Protocol.Tests.Messages;

/// <summary>Makes messages with any fields that their types allow.</summary>
internal static class MessageGenerators
{
    // UTF-8 has no lone surrogates.
    private static readonly Gen<string> Text = Gen.String[0, 70].Select(x => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(x)));

    private static readonly Gen<ReadOnlyMemory<byte>> Bytes = Gen.Byte.Array[0, 300].Select(x => (ReadOnlyMemory<byte>)x);

    private static readonly Gen<object?> Nothing = Gen.Bool.Select(_ => (object?)null);

    private static readonly Gen<ErrorCode> Failure = Gen.UShort[1, ushort.MaxValue].Select(x => (ErrorCode)x);

    // A value is MessagePack itself.
    private static readonly Gen<ReadOnlyMemory<byte>> Value =
        Gen.OneOf(Gen.UShort.Select(x => Reply.Done(0, new ChannelId(x)).Value), Gen.Const((ReadOnlyMemory<byte>)new byte[] { 0xC0 }), Bytes.Select(x => (ReadOnlyMemory<byte>)(byte[])[0xC5, (byte)(x.Length >> 8), (byte)x.Length, .. x.Span]));

    public static Gen<object> Of(Type message)
    {
        if (message == typeof(Response))
        {
            return Gen.OneOf(
                Gen.Select(Gen.UInt, Bytes).Select((id, body) => (object)Response.Done(id, body)),
                Gen.Select(Gen.UInt, Failure, Text).Select((id, error, text) => (object)Response.Failed(id, error, text)));
        }

        var constructor = message.GetConstructors().Single();
        var fields = constructor.GetParameters().Select(Field).Aggregate(
            Gen.Const(Array.Empty<object?>()), (before, next) => Gen.Select(before, next).Select((x, y) => (object?[])[.. x, y]));
        return fields.Select(constructor.Invoke);
    }

    private static Gen<object?> Field(ParameterInfo parameter)
    {
        var type = parameter.ParameterType;
        if (type == typeof(string)) return IsOptional(parameter) ? Gen.OneOf(Text.Select(x => (object?)x), Nothing) : Text.Select(x => (object?)x);
        if (type == typeof(ReadOnlyMemory<byte>)) return (parameter.Name == nameof(Reply.Value) ? Value : Bytes).Select(x => (object?)x);
        if (type == typeof(ChannelReference)) return Gen.OneOf(Text.Select(x => (object?)new ChannelReference(x)), Gen.UShort.Select(x => (object?)new ChannelReference(new ChannelId(x))));
        if (type == typeof(double?)) return Gen.OneOf(Gen.Double.Select(x => (object?)x), Nothing);
        return Number(type);
    }

    private static Gen<object?> Number(Type type)
    {
        if (type == typeof(bool)) return Gen.Bool.Select(x => (object?)x);
        if (type == typeof(byte)) return Gen.Byte.Select(x => (object?)x);
        if (type == typeof(ushort)) return Gen.UShort.Select(x => (object?)x);
        if (type == typeof(uint)) return Gen.UInt.Select(x => (object?)x);
        if (type == typeof(ulong)) return Gen.ULong.Select(x => (object?)x);
        if (type == typeof(double)) return Gen.Double.Select(x => (object?)x);
        if (type == typeof(ChannelId)) return Gen.UShort.Select(x => (object?)new ChannelId(x));
        return type == typeof(ErrorCode) ? Gen.UShort.Select(x => (object?)(ErrorCode)x) : throw new ArgumentOutOfRangeException(nameof(type), type, "No generator.");
    }

    private static bool IsOptional(ParameterInfo parameter) => new NullabilityInfoContext().Create(parameter).ReadState == NullabilityState.Nullable;
}
