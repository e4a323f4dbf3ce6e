using Playground.Ecs.Networking.Client.Tests.Sessions;
using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.Client.Tests.Links;

/// <summary>What waits while there is no link, and how much of it.</summary>
public sealed class OfflineTests
{
    private const int Large = 100_000;

    [Test]
    public async Task Reliable_packets_wait_for_the_first_link_up_to_the_limit_of_the_queue()
    {
        await using var rig = new ClientRig();
        var sends = new List<Task<NetworkResult>>();
        for (byte i = 0; i < 5; i++) sends.Add(SendLarge(rig, i));
        var refused = (await SendLarge(rig, 5)).Error as NetworkError.LimitExceeded;
        Assert.That(refused?.Limit, Is.EqualTo(nameof(ClientOptions.SendQueueBytes)));
        Assert.That((await rig.Client.SendPacketAsync(1000, 1, new byte[] { 1 })).Error, Is.InstanceOf<NetworkError.NotConnected>());
        Assert.That(sends.All(static s => !s.IsCompleted));

        _ = rig.Client.ConnectAsync().AsTask();
        var link = await rig.AcceptAsync();
        rig.Welcome(link);
        await ExpectLargeAsync(link, 0, 5);
        link.Give(Wire.Message(new Ack(35)));
        foreach (var send in sends) Assert.That((await send.WaitAsync(ClientRig.Patience)).Error, Is.Null);
    }

    [Test]
    public async Task Between_links_the_same_queue_fills_and_what_was_unacknowledged_goes_first()
    {
        var (rig, link) = await ClientRig.ConnectedAsync();
        await using var disposing = rig;
        var written = rig.Client.SendReliableAsync(1000, 1, new byte[] { 77 }).AsTask();
        Assert.That((await link.TakeDataAsync()).Data[0], Is.EqualTo(77));
        link.End();
        var lost = await rig.ExpectAsync<ClientState.Reconnecting>();
        var sends = new List<Task<NetworkResult>>();
        for (byte i = 0; i < 5; i++) sends.Add(SendLarge(rig, i));
        Assert.That((await SendLarge(rig, 5)).Error, Is.InstanceOf<NetworkError.LimitExceeded>());
        var asked = rig.Client.RequestAsync(1000, 1, default).AsTask();

        rig.Pass(lost.Delay);
        link = await rig.AcceptAsync();
        rig.Welcome(link, resumed: true);
        var again = await link.TakeDataAsync();
        Assert.That((again.Data[0], again.Header.Sequence), Is.EqualTo(((byte)77, (ushort)1)));
        var request = await link.TakeAsync<Request>();
        link.Give(Wire.Message(Response.Done(request.Id, default), 1000, sequence: 1), Wire.Message(new Ack(2)));
        Assert.That((await asked).Error, Is.Null);
        Assert.That((await written).Error, Is.Null);
        await ExpectLargeAsync(link, 0, 5);
    }

    [Test]
    public async Task Packet_that_waits_no_longer_than_its_deadline_is_withdrawn()
    {
        var (rig, link) = await ClientRig.ConnectedAsync();
        await using var disposing = rig;
        link.End();
        var lost = await rig.ExpectAsync<ClientState.Reconnecting>();
        var sent = rig.Client.SendReliableAsync(1000, 1, new byte[] { 1 }, timeout: lost.Delay / 2).AsTask();
        _ = rig.Client.SendReliableAsync(1000, 1, new byte[] { 2 }).AsTask();
        rig.Pass(lost.Delay / 2);
        Assert.That((await sent.WaitAsync(ClientRig.Patience)).Error, Is.InstanceOf<NetworkError.Timeout>());
        rig.Pass(lost.Delay / 2);
        link = await rig.AcceptAsync();
        rig.Welcome(link, resumed: true);
        Assert.That((await link.TakeDataAsync()).Data[0], Is.EqualTo(2));
    }

    [Test]
    public async Task Lost_session_fails_what_waits_for_it()
    {
        var (rig, link) = await ClientRig.ConnectedAsync();
        await using var disposing = rig;
        link.End();
        var sent = rig.Client.SendReliableAsync(1000, 1, new byte[] { 1 }).AsTask();
        var asked = rig.Client.RequestAsync(1000, 1, default).AsTask();
        link = await rig.ReconnectAsync();
        rig.Welcome(link, resumed: false);
        await rig.ExpectAsync<ClientState.SessionLost>();
        Assert.That((await sent).Error, Is.InstanceOf<NetworkError.NotConnected>());
        Assert.That((await asked).Error, Is.InstanceOf<NetworkError.NotConnected>());
        _ = rig.Client.SendReliableAsync(1000, 1, new byte[] { 2 }).AsTask();
        var first = await link.TakeDataAsync();
        Assert.That((first.Data[0], first.Header.Sequence), Is.EqualTo(((byte)2, (ushort)1)));
    }

    private static Task<NetworkResult> SendLarge(ClientRig rig, byte content)
    {
        var payload = new byte[Large];
        payload.AsSpan().Fill(content);
        return rig.Client.SendReliableAsync(1000, 1, payload).AsTask();
    }

    // Seven fragments each.
    private static async Task ExpectLargeAsync(FakeLink link, byte first, int count)
    {
        for (var content = first; content < first + count; content++)
        {
            for (var bytes = 0; bytes < Large;)
            {
                var packet = await link.TakeDataAsync();
                Assert.That(packet.Data, Has.All.EqualTo(content));
                bytes += packet.Data.Length;
            }
        }
    }
}
