namespace Playground.Ecs.Networking.Protocol;

// The reading half of a message: MessageReader owns the array around the fields and what can go wrong with it.
internal interface IFields<TSelf>
    where TSelf : struct, IFields<TSelf>
{
    static abstract int FieldCount { get; }

    static abstract TSelf ReadFields(ref FieldReader fields);
}
