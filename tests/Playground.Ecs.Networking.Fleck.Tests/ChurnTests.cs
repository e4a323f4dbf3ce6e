using System.Net.Sockets;
using Playground.Ecs.Networking.Testing.Links;

namespace Playground.Ecs.Networking.Fleck.Tests;

/// <summary>Peers that come, misbehave and go, from many threads at once, beside one that does not.</summary>
[TestFixture]
public sealed class ChurnTests : FleckFixture
{
    private const int Threads = 6;
    private const int PeersPerThread = 60;

    [TestCase(1)]
    [TestCase(2)]
    public void Churn_costs_the_others_nothing_and_leaves_nothing(int seed)
    {
        var (bystander, bystanderLink) = ConnectPair();
        var churning = Enumerable.Range(0, Threads)
            .Select(thread => Task.Run(() => Churn(new Random((seed * 1_000) + thread))))
            .ToArray();
        var all = Task.WhenAll(churning);
        var sent = 0;
        Loop.Until(() =>
        {
            if (bystanderLink.Messages.Count == sent)
            {
                bystander.SendFrame(RawFrame.Binary, BitConverter.GetBytes(sent++));
            }

            SendToSome(sent);
            return all.IsCompleted;
        });
        all.GetAwaiter().GetResult();
        Loop.Until(() => bystanderLink.Messages.Count == sent);
        Assert.That(bystanderLink.Messages.Select(message => BitConverter.ToInt32(message)), Is.EqualTo(Enumerable.Range(0, sent)));
        Assert.That(bystanderLink.Link.End, Is.Null);

        Loop.Until(() => Loop.Transport.LinkCount == 1 && Loop.Buffers.RentedCount == 0);
        Loop.Until(() => Transport.FleckConnections == 1);
        Assert.That(Loop.Links.Count(link => link.Link.End is null), Is.EqualTo(1));
    }

    private void SendToSome(int turn)
    {
        for (var i = turn % 7; i < Loop.Links.Count; i += 7)
        {
            if (Loop.Links[i].Link.End is null && Loop.Links[i].Link.Outbound.IsDrained && i > 0)
            {
                Loop.TrySend(Loop.Links[i], new byte[2_000]);
            }
        }
    }

    private void Churn(Random random)
    {
        for (var i = 0; i < PeersPerThread; i++)
        {
            using var client = RawWebSocket.Open(Loop.EndPoint);
            try
            {
                Misbehave(client, random);
            }
            catch (Exception exception) when (exception is SocketException or InvalidOperationException)
            {
                // The server was through with this one first.
                Assert.That(exception.Message, Is.Not.Empty);
            }
        }
    }

    private static void Misbehave(RawWebSocket client, Random random)
    {
        client.SendText(RawWebSocket.Upgrade()[..^(random.Next(6) == 0 ? 5 : 0)]);
        if (random.Next(6) == 0)
        {
            client.Reset();
            return;
        }

        for (var step = random.Next(8); step > 0; step--)
        {
            client.SendBytes(random.Next(8) switch
            {
                0 => RawFrame.ToClientBytes(0x89, new byte[random.Next(126)]),
                1 => RawFrame.ToClientBytes(0x02, new byte[random.Next(3_000)]),
                2 => RawFrame.ToClientBytes(0x80, new byte[random.Next(3_000)]),
                3 => RawFrame.ToClientBytes(0x88, RawFrame.ClosePayload(1_000, "bye")),
                4 => RawFrame.Header(0x82, 1L << 40, 1, 8),
                _ => RawFrame.ToClientBytes(0x82, new byte[random.Next(20_000)]),
            });
        }

        if (random.Next(2) == 0)
        {
            client.Reset();
        }
    }
}
