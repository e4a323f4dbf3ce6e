using System.Buffers;
using Playground.Ecs.Networking.Client.Sessions;
using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.Client.Tests.Sessions;

/// <summary>A session with time and a server that the test plays by hand, packet by packet.</summary>
internal sealed class SessionHarness : IDisposable
{
    public static readonly ChannelId Echo = 1000;

    private byte _tokens;

    public SessionHarness(ClientOptions? options = null)
    {
        Options = options ?? new ClientOptions();
        Session = new ClientSession(Options, new Random(1), ArrayPool<byte>.Shared);
    }

    public ClientOptions Options { get; }

    public ClientSession Session { get; }

    public long Now { get; private set; } = TimeSpan.FromHours(1).Ticks;

    public List<ClientEvent> Events { get; } = [];

    public IEnumerable<ClientState> States => Events.Where(static e => e.Kind == ClientEventKind.State).Select(static e => e.State!);

    public IEnumerable<ClientEvent> Packets => Events.Where(static e => e.Kind == ClientEventKind.Packet);

    /// <summary>What was sent to channels of the application's, by the first byte of each payload.</summary>
    public static int[] Contents(IEnumerable<WirePacket> packets) =>
        [.. packets.Where(static p => p.Channel != ChannelId.Control).Select(static p => (int)p.Data[0])];

    /// <summary>A session that was welcomed, with what it wrote and told taken.</summary>
    public static SessionHarness Connected(ClientOptions? options = null)
    {
        var harness = new SessionHarness(options);
        harness.Session.Start(harness.Now);
        harness.OpenLink();
        harness.Welcome();
        harness.Take();
        harness.TakeEvents();
        harness.Events.Clear();
        return harness;
    }

    /// <summary>Opens the link that the session wants, and takes its Hello.</summary>
    public Hello OpenLink()
    {
        Assert.That(Session.WantsLink, "The session wants no link.");
        Session.LinkOpened(Now);
        return Take().Single().Read<Hello>();
    }

    public void Welcome(bool resumed = false, ushort? lastReceived = null, uint maxPacketBytes = ProtocolLimits.DefaultMaxPacketBytes)
    {
        var token = new byte[] { ++_tokens };
        Give(Wire.Message(new Welcome(
            ProtocolLimits.Version, "peer-1", token, resumed, lastReceived ?? Options.InitialSequence.Value, 60, 1000, maxPacketBytes)));
    }

    /// <summary>Ends the link without a close, waits, opens the next one and takes its Hello.</summary>
    public Hello Reconnect(ushort code = 1006)
    {
        Session.LinkClosed(code, string.Empty, Now);
        WaitForLink();
        return OpenLink();
    }

    /// <summary>Reconnects, and is welcomed to the same session.</summary>
    public Hello Resume(ushort lastReceived)
    {
        var hello = Reconnect();
        Welcome(resumed: true, lastReceived);
        return hello;
    }

    public void WaitForLink()
    {
        while (!Session.WantsLink)
        {
            Assert.That(Session.NextDeadline, Is.LessThan(long.MaxValue), "The session waits for nothing.");
            Now = Math.Max(Now, Session.NextDeadline);
            Session.Tick(Now);
        }
    }

    /// <summary>The server sends these packets as one message.</summary>
    public void Give(params byte[][] packets)
    {
        Session.Receive(packets.SelectMany(static p => p).ToArray(), Now);
        TakeEvents();
    }

    /// <summary>All packets that the session wants to write now.</summary>
    public List<WirePacket> Take() => [.. TakeBatches().SelectMany(static b => b)];

    public List<List<WirePacket>> TakeBatches()
    {
        var batches = new List<List<WirePacket>>();
        var writer = new ArrayBufferWriter<byte>();
        while (Session.TryTakeBatch(writer))
        {
            batches.Add(Wire.Read(writer.WrittenSpan));
            writer.ResetWrittenCount();
        }

        Assert.That(writer.WrittenCount, Is.Zero);
        return batches;
    }

    public (ushort Code, string Reason)? TakeClose() => Session.TryTakeClose(out var code, out var reason) ? (code, reason) : null;

    public void TakeEvents()
    {
        while (Session.TryTakeEvent(out var e)) Events.Add(e);
    }

    /// <summary>Time passes, with a tick at every deadline; what is written meanwhile is returned.</summary>
    public List<WirePacket> Pass(TimeSpan time)
    {
        var written = new List<WirePacket>();
        var end = Now + time.Ticks;
        while (Session.NextDeadline <= end)
        {
            Now = Math.Max(Now, Session.NextDeadline);
            Session.Tick(Now);
            written.AddRange(Take());
            if (Session.NextDeadline <= Now) break;
        }

        Now = end;
        Session.Tick(Now);
        written.AddRange(Take());
        TakeEvents();
        return written;
    }

    /// <summary>Time passes unseen by the session.</summary>
    public void Skip(TimeSpan time) => Now += time.Ticks;

    /// <summary>Time passes until the session's next deadline; what it writes then is returned.</summary>
    public List<WirePacket> StepToDeadline()
    {
        Now = Session.NextDeadline;
        Session.Tick(Now);
        return Take();
    }

    /// <summary>Time passes while the server sends a sign of life every second.</summary>
    public List<WirePacket> PassAlive(TimeSpan time)
    {
        var written = new List<WirePacket>();
        for (var end = Now + time.Ticks; Now < end;)
        {
            written.AddRange(Pass(TimeSpan.FromTicks(Math.Min(TimeSpan.TicksPerSecond, end - Now))));
            Give(Wire.Message(new Pong(ulong.MaxValue)));
        }

        return written;
    }

    public void SendReliable(byte content, Priority priority = Priority.Normal, Action<NetworkResult>? acknowledged = null, TimeSpan? timeout = null) =>
        Assert.That(
            Session.SendReliable(Echo, 1, [content], priority, acknowledged, timeout is { } time ? Now + time.Ticks : long.MaxValue).IsOk);

    public void Send(byte content, Priority priority = Priority.Normal) => Assert.That(Session.Send(Echo, 1, [content], priority).IsOk);

    /// <summary>That the session ended its link with this code, for good.</summary>
    public void AssertFinalClose(CloseCode code)
    {
        Assert.That(TakeClose()?.Code, Is.EqualTo((ushort)code));
        Session.LinkClosed((ushort)CloseCode.Abnormal, string.Empty, Now);
        Assert.That(Session.State, Is.InstanceOf<ClientState.Closed>());
        Assert.That(Session.WantsLink, Is.False);
        Assert.That(Session.NextDeadline, Is.EqualTo(long.MaxValue));
    }

    public void Dispose() => Session.Dispose();
}
