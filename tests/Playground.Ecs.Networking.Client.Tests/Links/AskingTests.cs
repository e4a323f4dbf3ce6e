using Playground.Ecs.Networking.Client.Tests.Sessions;
using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.Client.Tests.Links;

/// <summary>What the client asks: of a channel's owner, and of the server itself.</summary>
public sealed class AskingTests
{
    private static readonly byte[] Question = [1, 2];

    [Test]
    public async Task Answers_come_as_bytes_as_values_and_as_errors()
    {
        var (rig, link) = await ClientRig.ConnectedAsync();
        await using var disposing = rig;
        var channel = rig.Client.Channel(1000);
        var bytes = channel.RequestAsync(7, Question).AsTask();
        var request = await link.TakeAsync<Request>();
        Assert.That((request.Type, request.Body.ToArray()), Is.EqualTo(((ushort)7, Question)));
        var refused = channel.RequestAsync(8, Question).AsTask();
        var second = await link.TakeAsync<Request>();
        link.Give(
            Wire.Message(Response.Failed(second.Id, ErrorCode.Forbidden, "not you"), 1000, sequence: 1),
            Wire.Message(Response.Done(request.Id, new byte[] { 3 }), 1000, sequence: 2));
        Assert.That((await bytes).Unwrap().ToArray(), Is.EqualTo(new byte[] { 3 }));
        Assert.That((await refused).Error, Is.InstanceOf<NetworkError.Forbidden>().With.Property("PeerMessage").EqualTo("not you"));

        var text = channel.RequestAsync<int, string>(9, 5).AsTask();
        var third = await link.TakeAsync<Request>();
        Assert.That(third.Body.ToArray(), Is.EqualTo(new byte[] { 5 }));
        link.Give(Wire.Message(Response.Done(third.Id, new byte[] { 5 }), 1000, sequence: 3));
        Assert.That((await text).Error, Is.InstanceOf<NetworkError.MalformedPacket>());
    }

    [Test]
    public async Task Request_ends_at_its_deadline_and_a_late_answer_is_ignored()
    {
        var (rig, link) = await ClientRig.ConnectedAsync();
        await using var disposing = rig;
        var asked = rig.Client.RequestAsync(1000, 7, Question, TimeSpan.FromSeconds(3)).AsTask();
        var request = await link.TakeAsync<Request>();
        link.Give(Wire.Message(new Ack(1)));
        rig.Time.Advance(TimeSpan.FromSeconds(2.9));
        Assert.That(asked.IsCompleted, Is.False);
        rig.Pass(TimeSpan.FromSeconds(0.1));
        Assert.That((await asked.WaitAsync(ClientRig.Patience)).Error, Is.InstanceOf<NetworkError.Timeout>());
        link.Give(Wire.Message(Response.Done(request.Id, default), 1000, sequence: 1));
        Assert.That((await link.TakeAsync<Ack>()).Sequence, Is.EqualTo(1));
        Assert.That(rig.Client.State, Is.InstanceOf<ClientState.Connected>());
    }

    [Test]
    public async Task Cancelled_request_ends_at_once_and_one_that_was_cancelled_before_is_not_asked()
    {
        var (rig, link) = await ClientRig.ConnectedAsync();
        await using var disposing = rig;
        using var cancelling = new CancellationTokenSource();
        var asked = rig.Client.RequestAsync(1000, 7, Question, cancellationToken: cancelling.Token).AsTask();
        var sent = rig.Client.SendReliableAsync(1000, 1, Question, cancellationToken: cancelling.Token).AsTask();
        await link.TakeAsync<Request>();
        await cancelling.CancelAsync();
        Assert.That((await asked).Error, Is.InstanceOf<NetworkError.Cancelled>());
        Assert.That((await sent).Error, Is.InstanceOf<NetworkError.Cancelled>());
        Assert.That((await rig.Client.RequestAsync(1000, 8, Question, cancellationToken: cancelling.Token)).Error, Is.InstanceOf<NetworkError.Cancelled>());
        _ = rig.Client.RequestAsync(1000, 9, Question).AsTask();
        Assert.That((await link.TakeAsync<Request>()).Type, Is.EqualTo(9));
    }

    [TestCase(0)]
    [TestCase(-1)]
    public async Task Timeout_that_is_over_before_it_begins_is_a_mistake(int milliseconds)
    {
        var (rig, _) = await ClientRig.ConnectedAsync();
        await using var disposing = rig;
        var timeout = TimeSpan.FromMilliseconds(milliseconds);
        Assert.That((await rig.Client.RequestAsync(1000, 7, Question, timeout)).Error, Is.InstanceOf<NetworkError.InvalidArgument>());
        Assert.That((await rig.Client.SendReliableAsync(1000, 7, Question, timeout: timeout)).Error, Is.InstanceOf<NetworkError.InvalidArgument>());
    }

    [Test]
    public async Task Channels_are_found_registered_listed_and_given_up()
    {
        var (rig, link) = await ClientRig.ConnectedAsync();
        await using var disposing = rig;
        ushort sequence = 0;
        var found = rig.Client.FindChannelAsync("chat").AsTask();
        link.Give(Wire.Message(Reply.Done((await link.TakeAsync<QueryChannel>()).Id, (ChannelId)1001), sequence: ++sequence));
        var chat = (await found).Unwrap();
        Assert.That((chat.Id.Value, chat.Name, chat.ToString()), Is.EqualTo(((ushort)1001, "chat", "chat (1001)")));
        Assert.That(rig.Client.Channel(1001), Is.SameAs(chat));

        var missing = rig.Client.FindChannelAsync("nothing").AsTask();
        link.Give(Wire.Message(Reply.Failed((await link.TakeAsync<QueryChannel>()).Id, ErrorCode.ChannelNotFound, "no such channel"), sequence: ++sequence));
        Assert.That((await missing).Error, Is.InstanceOf<NetworkError.ChannelNotFound>().With.Property("Name").EqualTo("nothing"));
        Assert.That((await rig.Client.FindChannelAsync("")).Error, Is.InstanceOf<NetworkError.InvalidArgument>());

        var subscribed = chat.SubscribeAsync().AsTask();
        link.Give(Wire.Message(Reply.Done((await link.TakeAsync<Subscribe>()).Id), sequence: ++sequence));
        Assert.That((await subscribed).Error, Is.Null);
        var listed = rig.Client.ListChannelsAsync().AsTask();
        link.Give(Wire.Message(Reply.Done((await link.TakeAsync<ListChannels>()).Id, [new ChannelListing(1001, "chat", false)]), sequence: ++sequence));
        Assert.That((await listed).Unwrap().Single().Name, Is.EqualTo("chat"));
        var unreadable = rig.Client.ListChannelsAsync().AsTask();
        link.Give(Wire.Message(Reply.Done((await link.TakeAsync<ListChannels>()).Id), sequence: ++sequence));
        Assert.That((await unreadable).Error, Is.InstanceOf<NetworkError.MalformedPacket>());
        var given = rig.Client.UnregisterChannelAsync(1001).AsTask();
        link.Give(Wire.Message(Reply.Failed((await link.TakeAsync<UnregisterChannel>()).Id, ErrorCode.Forbidden, "not yours"), sequence: ++sequence));
        Assert.That((await given).Error, Is.InstanceOf<NetworkError.Forbidden>());
    }

    [Test]
    public async Task First_request_to_a_registered_channel_finds_its_handler_even_behind_the_reply()
    {
        var (rig, link) = await ClientRig.ConnectedAsync();
        await using var disposing = rig;
        var registering = rig.Client.RegisterChannelAsync("mine", onRequest: static (request, _) => new(request.Body)).AsTask();
        var id = (await link.TakeAsync<RegisterChannel>()).Id;
        link.Give(
            Wire.Message(Reply.Done(id, (ChannelId)1500), sequence: 1),
            Wire.Message(new Request(4, 1, new byte[] { 8 }), 1500, sequence: 2));
        var response = await link.TakeAsync<Response>();
        Assert.That((response.Id, response.Error, response.Body.ToArray()), Is.EqualTo((4u, ErrorCode.None, new byte[] { 8 })));
        Assert.That((await registering).Unwrap().Id.Value, Is.EqualTo(1500));
    }
}
