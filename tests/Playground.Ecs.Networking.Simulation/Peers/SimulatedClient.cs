using System.Buffers;
using Playground.Ecs.Networking.Client;
using Playground.Ecs.Networking.Client.Sessions;
using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Simulation.Checks;
using Playground.Ecs.Networking.Simulation.Network;
using Playground.Ecs.Networking.Simulation.Randomness;
using Playground.Ecs.Networking.Simulation.Running;

namespace Playground.Ecs.Networking.Simulation.Peers;

/// <summary>A client's process: its session, the driver that feeds it, and an application.</summary>
internal sealed class SimulatedClient : IDisposable
{
    private const byte Overwritten = 0xDD;

    private readonly RunContext _run;
    private readonly INetwork _network;
    private readonly Rng _rng;
    private readonly CheckedPool _arrays = new();
    private readonly ArrayBufferWriter<byte> _batch = new();
    private long _connectsAt = -1;
    private long _closesAt = -1;
    private (ushort Code, string Reason) _close;

    public SimulatedClient(RunContext run, INetwork network, int number)
    {
        _run = run;
        _network = network;
        _rng = run.Rng.For("client", number);
        Number = number;
        Options = run.Settings.Client with { ClientName = $"client-{number}", TimeProvider = run.Time, LoggerFactory = run.Loggers };
        Session = new ClientSession(Options, new Random((int)(_rng.Next() & int.MaxValue)), _arrays);
        Application = new ClientApplication(run, this, Options.MaxPacketBytes, _rng.For("application"));
        Session.Start(run.Time.Now);
    }

    public int Number { get; }

    public ClientOptions Options { get; }

    public ClientSession Session { get; }

    public ClientApplication Application { get; }

    /// <summary>Its link, from when it is open until the session was told of its end.</summary>
    public SimulatedLink? Link { get; private set; }

    /// <summary>Until then its process stands still.</summary>
    public long FrozenUntil { get; set; }

    /// <summary>Does what the process does in a moment.</summary>
    public void Step(long now)
    {
        if (now < FrozenUntil) return;
        if (Link is not null) ReadLink(now);
        if (Session.NextDeadline <= now) Session.Tick(now);
        ClientCheck.CheckLimits(Session, Options, $"client {Number}");
        Application.Step(now);
        if (Link is not null) WriteLink(now);
        ClientCheck.CheckLimits(Session, Options, $"client {Number}");
        if (Link is null) Connect(now);
    }

    /// <summary>Ends the process; every array has to be back.</summary>
    public void Dispose()
    {
        Session.Dispose();
        if (_arrays.RentedCount != 0) throw new SimulationFailedException($"client {Number} kept {_arrays.RentedCount} arrays");
    }

    private void ReadLink(long now)
    {
        var link = Link!;
        while (Link == link && link.Down.TryPeek(now, out var item))
        {
            if (item.Message is null)
            {
                EndLink(item.Code, item.Reason, now);
                return;
            }

            if (_closesAt < 0 && !Session.CanReceive) return;
            link.Down.Take();
            if (_closesAt < 0) Receive(link, item.Message, now);
        }
    }

    private void Receive(SimulatedLink link, byte[] message, long now)
    {
        _run.Wire.ClientGets(link, message);
        Session.Receive(message, now);

        // Its bytes are not kept.
        Array.Fill(message, Overwritten);
    }

    private void WriteLink(long now)
    {
        if (_closesAt >= 0)
        {
            if (now >= _closesAt) EndLink(_close.Code, _close.Reason, now);
            return;
        }

        _run.Wire.ClientFrame++;
        while (Link!.Up.HasRoom && Session.TryTakeBatch(_batch))
        {
            Link.Write(_batch.WrittenSpan.ToArray(), now);
            _batch.ResetWrittenCount();
        }

        if (!Session.TryTakeClose(out _close.Code, out _close.Reason))
        {
            if (Link.Up.HasRoom) ClientCheck.CheckAck(Link.Wire);
            return;
        }

        _run.Log($"client {Number} closes {Link.Wire.Name}: {_close.Code} {_close.Reason}");
        Link.CloseByClient(_close.Code, _close.Reason, now);

        // The closing handshake.
        _closesAt = _close.Code == (ushort)CloseCode.Abnormal ? now : now + _rng.Between(TimeSpan.Zero, TimeSpan.FromSeconds(2));
    }

    private void EndLink(ushort code, string reason, long now)
    {
        _run.Log($"client {Number} lost {Link!.Wire.Name}: {code} {reason}");
        Link.EndAtClient();
        Link = null;
        _closesAt = -1;
        Session.LinkClosed(code, reason, now);
    }

    private void Connect(long now)
    {
        if (_connectsAt < 0)
        {
            if (Session.WantsLink) _connectsAt = now + _rng.Between(TimeSpan.Zero, TimeSpan.FromTicks(2 * _run.Settings.LatencyMax));
            return;
        }

        if (now < _connectsAt) return;
        _connectsAt = -1;
        if (_network.TryConnect(Number, out var link, out var retryAfter))
        {
            Link = link;
            Session.LinkOpened(now);
            WriteLink(now);
        }
        else
        {
            Session.LinkFailed("refused", retryAfter, now);
        }
    }
}
