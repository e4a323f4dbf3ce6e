using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using Playground.Ecs.Networking.Benchmarks.Columns;

namespace Playground.Ecs.Networking.Benchmarks.Sending.Messages;

/// <summary>The default job, with the sizes as columns.</summary>
internal sealed class SerializerConfig : ManualConfig
{
    public const string Bytes = "bytes";
    public const string PacketBytes = "packet";

    public SerializerConfig()
    {
        AddDiagnoser(MemoryDiagnoser.Default);
        AddColumn(new PrintedColumn(Bytes, "The message alone"), new PrintedColumn(PacketBytes, "The message as a packet, what says where it goes included"));
        HideColumns("Error", "Gen0", "Gen1", "Gen2");
    }
}
