using System.Diagnostics.Metrics;

namespace Playground.Ecs.Networking.Tests.Frame;

/// <summary>What the Meter says was dropped or ended, by tag; as an operator sees it.</summary>
internal sealed class MeterReading : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly Dictionary<(string Instrument, string? Tag), long> _values = [];

    /// <summary>Begins to listen, to one system's meter or to all.</summary>
    public MeterReading(NetworkingSystem? of = null)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (of is null ? instrument.Meter.Name == "Playground.Ecs.Networking" : instrument.Meter == of.Meter) listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Keep(instrument, value, tags));
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Keep(instrument, value, tags));
        _listener.Start();
    }

    /// <summary>The instrument's present value.</summary>
    public long Read(string instrument, string? tag = null)
    {
        _values.Clear();
        _listener.RecordObservableInstruments();
        return _values.GetValueOrDefault((instrument, tag));
    }

    private void Keep(Instrument instrument, long value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        _values[(instrument.Name, tags.IsEmpty ? null : tags[0].Value as string)] = value;

    public void Dispose() => _listener.Dispose();
}
