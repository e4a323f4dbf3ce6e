using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.LoadPeer;

/// <summary>What a connection asks before its traffic: Hello, the channel's number, the subscription; one after the other.</summary>
internal sealed class PeerSetup(LoadPeerOptions options)
{
    private const int HelloStep = 0;
    private const int QueryStep = 1;
    private const int SubscribeStep = 2;
    private const int DoneStep = 3;

    private int _step = HelloStep;

    /// <summary>The channel, once it was looked up.</summary>
    public ChannelId Channel { get; private set; }

    /// <summary>Nothing is left to ask.</summary>
    public bool IsDone => _step == DoneStep;

    private bool Subscribes => options.Mode is LoadMode.Read or LoadMode.Stall or LoadMode.Slow;

    /// <summary>The next thing to send, framed; null when <see cref="IsDone"/>.</summary>
    public byte[]? NextRequest()
    {
        if (_step == HelloStep && !options.Hello) _step = QueryStep;
        if (_step == QueryStep && options.Mode == LoadMode.Idle) _step = DoneStep;
        if (_step == SubscribeStep && !Subscribes) _step = DoneStep;
        return _step switch
        {
            HelloStep => ClientFrames.Build(new Hello(ProtocolLimits.Version, "load", options.Token, default, 0)),
            QueryStep => ClientFrames.Build(new QueryChannel(QueryStep, options.Channel)),
            SubscribeStep => ClientFrames.Build(new Subscribe(SubscribeStep, Channel)),
            _ => null,
        };
    }

    /// <summary>Takes what the server answered; true when the next request may go out.</summary>
    public bool OnControl(ControlType type, ReadOnlySpan<byte> payload)
    {
        switch (type)
        {
            case ControlType.Welcome when _step == HelloStep:
                _step = QueryStep;
                return true;
            case ControlType.Reply when Reply.TryRead(payload.ToArray(), out var reply) && reply.Id == _step:
                TakeReply(reply);
                return true;
            case ControlType.Error when ErrorMessage.TryRead(payload.ToArray(), out var error):
                throw new InvalidDataException($"The server sent an Error: {error}");
            default:
                return false;
        }
    }

    private void TakeReply(in Reply reply)
    {
        if (reply.Error != ErrorCode.None)
        {
            throw new InvalidDataException($"The server refused a request about '{options.Channel}': {reply.Error} {reply.Message}");
        }

        if (_step == QueryStep)
        {
            Channel = reply.TryReadChannel(out var channel) ? channel : throw new InvalidDataException("QueryChannel was answered without a number.");
        }

        _step++;
    }
}
