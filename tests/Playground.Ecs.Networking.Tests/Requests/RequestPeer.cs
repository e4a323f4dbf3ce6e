using System.Buffers;
using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Testing.Frames;

namespace Playground.Ecs.Networking.Tests.Requests;

/// <summary>A Request or Response as a peer sees it.</summary>
internal sealed record Arrived<T>(ChannelId Channel, Priority Priority, bool IsReliable, T Message);

/// <summary>A peer that asks and answers by hand, on a session (reliably, over any number of links) or plain.</summary>
internal sealed class RequestPeer
{
    private readonly NetworkHarness _harness;
    private readonly string _name;
    private ushort _sent;
    private ushort _received;
    private int _seen;

    private RequestPeer(NetworkHarness harness, string name, TestPeer link, bool hasSession)
    {
        (_harness, _name, Link, HasSession) = (harness, name, link, hasSession);
    }

    public TestPeer Link { get; private set; }

    public bool HasSession { get; }

    public string PeerId => Link.PeerId;

    public List<Arrived<Request>> Questions { get; } = [];

    public List<Arrived<Response>> Answers { get; } = [];

    public List<ErrorMessage> Errors { get; } = [];

    public static RequestPeer WithSession(NetworkHarness harness, string name = "test") => new(harness, name, harness.ConnectWithHello(name), true);

    public static RequestPeer Plain(NetworkHarness harness)
    {
        var link = harness.Connect();
        link.SendControl(new Ping(1));
        harness.Step(2);
        return new RequestPeer(harness, "plain", link, false);
    }

    public static RequestPeer Create(NetworkHarness harness, bool hasSession) => hasSession ? WithSession(harness) : Plain(harness);

    public Entity Entity(NetworkHarness harness)
    {
        var all = harness.System.QueryConnectionsAsync().AsTask().Result.Unwrap();
        return all.Single(c => HasSession ? c.PeerId == PeerId : c.PeerId.StartsWith("peer-", StringComparison.Ordinal) && all.Count == 1).Entity;
    }

    public void Ask(ChannelId channel, uint id, ushort type = 1, byte[]? body = null, Priority priority = Priority.Normal, bool? isReliable = null) =>
        Send(channel, new Request(id, type, body ?? []), priority, isReliable);

    public void Answer(ChannelId channel, uint id, byte[]? body = null, bool? isReliable = null) =>
        Send(channel, Response.Done(id, body ?? []), Priority.Normal, isReliable);

    public void Fail(ChannelId channel, uint id, ErrorCode error, string message) =>
        Send(channel, Response.Failed(id, error, message), Priority.Normal, null);

    public void Send<T>(ChannelId channel, in T message, Priority priority, bool? isReliable)
        where T : struct, IMessage<T>
    {
        var body = new ArrayBufferWriter<byte>();
        message.WriteTo(body);
        Send(channel, T.WireType, body.WrittenSpan, priority, isReliable);
    }

    public void Send(ChannelId channel, ushort type, ReadOnlySpan<byte> payload, Priority priority = Priority.Normal, bool? isReliable = null)
    {
        var reliable = isReliable ?? HasSession;
        foreach (var fragment in Fragmenter.Split(new PacketHeader(channel, type, priority, reliable ? PacketFlags.Reliable : PacketFlags.None), payload.Length))
        {
            var packet = new byte[PacketWriter.SizeOf(fragment.Length)];
            var header = reliable ? fragment.Header.WithSequence(++_sent) : fragment.Header;
            PacketWriter.Write(packet, header, payload.Slice(fragment.Offset, fragment.Length));
            Link.SendRaw(packet);
        }
    }

    /// <summary>Runs frames, takes what they brought and acknowledges it.</summary>
    public void Step(int frames = 1)
    {
        for (; frames > 0; frames--)
        {
            _harness.Step();
            Take();
        }
    }

    public void StepFor(TimeSpan time) => Step((int)Math.Ceiling(time.TotalSeconds * 60) + 1);

    public void Take()
    {
        foreach (var packet in Link.All()) Take(packet);
        var before = _received;
        for (; _seen < Link.Messages.Count; _seen++) _received += (ushort)Link.Messages[_seen].Count(p => p.Flags.HasFlag(PacketFlags.Reliable));
        if (_received != before && Link.End is null) Link.SendControl(new Ack(_received));
    }

    /// <summary>The next answer, which must be the only one.</summary>
    public Arrived<Response> TakeAnswer()
    {
        Take();
        var answer = Answers.Single();
        Answers.Clear();
        return answer;
    }

    /// <summary>The next question, which must be the only one.</summary>
    public Arrived<Request> TakeQuestion()
    {
        Take();
        var question = Questions.Single();
        Questions.Clear();
        return question;
    }

    /// <summary>Loses the link.</summary>
    public void Lose()
    {
        Take();
        Link.Client.Abort();
        _harness.Step();
    }

    /// <summary>Comes back with a new link.</summary>
    public void Resume()
    {
        var token = Link.Welcome.ResumeToken;
        Link = _harness.Connect();
        Link.SendControl(new Hello(ProtocolLimits.Version, _name, null, token, _received));
        _harness.Step(2);
        Link.TakeWelcome();
        if (!Link.Welcome.Resumed || Link.Welcome.LastReceived != _sent) throw new InvalidOperationException($"Not resumed: {Link.Welcome}.");
        _seen = 0;
        Take();
    }

    /// <summary>Leaves for good.</summary>
    public void Leave()
    {
        Link.SendControl(new Goodbye(ErrorCode.None, string.Empty, 0));
        _harness.Step();
    }

    private void Take(PeerPacket packet)
    {
        if (packet.Channel == ChannelRanges.Control)
        {
            if (packet.Type == ErrorMessage.WireType && ErrorMessage.TryRead(packet.Data, out var error)) Errors.Add(error);
        }
        else if (packet.Type == Request.WireType && Request.TryRead(packet.Data, out var question))
        {
            Questions.Add(new(packet.Channel, packet.Priority, packet.Flags.HasFlag(PacketFlags.Reliable), question));
        }
        else if (packet.Type == Response.WireType && Response.TryRead(packet.Data, out var answer))
        {
            Answers.Add(new(packet.Channel, packet.Priority, packet.Flags.HasFlag(PacketFlags.Reliable), answer));
        }
        else
        {
            throw new InvalidOperationException($"Neither a Request nor a Response: {packet}.");
        }
    }
}
