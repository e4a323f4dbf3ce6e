using MessagePack;

namespace Playground.Ecs.Networking.Protocol;

/// <summary>The one place where a hostile payload becomes a status instead of an exception.</summary>
internal static class MessageReader
{
    /// <summary>Reads a message: an array that holds at least its fields, and nothing behind it.</summary>
    public static bool TryRead<T>(ReadOnlyMemory<byte> payload, out T message)
        where T : struct, IFields<T> => TryReadValue(payload, ReaderOf<T>.Message, out message!);

    /// <summary>Reads a payload that is one value, and nothing behind it.</summary>
    public static bool TryReadValue<T>(ReadOnlyMemory<byte> payload, ValueReader<T> read, out T? value)
    {
        try
        {
            var fields = new FieldReader(payload);
            value = read(ref fields);
            if (fields.IsExhausted) return true;
        }
        catch (Exception fault) when (IsFaultOfThePayload(fault))
        {
            // Cut payloads and numbers out of range; wrong types end in FieldReader.Failed.
        }

        value = default;
        return false;
    }

    private static T ReadArray<T>(ref FieldReader fields)
        where T : struct, IFields<T>
    {
        var extra = fields.ReadArrayHeader() - T.FieldCount;
        if (extra < 0) fields.Fail();
        if (fields.Failed) return default;
        var message = T.ReadFields(ref fields);
        fields.SkipValues(extra);
        return message;
    }

    private static bool IsFaultOfThePayload(Exception fault) =>
        fault is EndOfStreamException or OverflowException or MessagePackSerializationException;

    // Kept once per message type: a method group of a generic method would be allocated at every call.
    private static class ReaderOf<T>
        where T : struct, IFields<T>
    {
        public static readonly ValueReader<T> Message = ReadArray<T>;
    }
}
