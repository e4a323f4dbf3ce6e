using MessagePack;
using Playground.Ecs.Networking.Channels;
using Playground.Ecs.Networking.Mcp.Expose;
using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Testing.Frames;

namespace Playground.Ecs.Networking.Tests.Mcp.BuiltIn;

public sealed class SendTests
{
    private BuiltInRig _rig = null!;
    private TestPeer _peer = null!;
    private Channel _chat = null!;

    [SetUp]
    public async Task SetUp()
    {
        _rig = await BuiltInRig.StartAsync(writes: true);
        _chat = _rig.Harness.System.RegisterPlugin("chat", new PluginOptions { Loopback = false }).Unwrap();
        _peer = _rig.Harness.ConnectWithHello();
        _rig.Harness.Subscribe(_peer, "chat");
    }

    [TearDown]
    public async Task TearDown() => await _rig.DisposeAsync();

    private async Task<string> PeerAsync() => EntityText.Of(await _rig.Harness.EntityOfAsync("peer-1"));

    private PeerPacket Receive()
    {
        _rig.Harness.Step();
        return _peer.All().Single(p => p.Channel == _chat.Id);
    }

    [Test]
    public void Text_reaches_the_subscribers()
    {
        var sent = _rig.Call("send_packet", """{"channel":"chat","type":7,"text":"hé"}""");
        Assert.That((sent.GetProperty("bytes").GetInt32(), sent.GetProperty("subscribers").GetInt32()), Is.EqualTo((3, 1)));
        var packet = Receive();
        Assert.That((packet.Type, packet.Priority), Is.EqualTo(((ushort)7, Priority.Normal)));
        Assert.That(packet.Data, Is.EqualTo("hé"u8.ToArray()));
    }

    [Test]
    public void Json_becomes_messagepack()
    {
        _rig.Call("send_packet", $$"""{"channel":{{_chat.Id}},"type":8,"data":{"a":[1,"b",null,true]},"priority":"high"}""");
        var packet = Receive();
        Assert.That(MessagePackSerializer.ConvertToJson(packet.Data), Is.EqualTo("""{"a":[1,"b",null,true]}"""));
        Assert.That(packet.Priority, Is.EqualTo(Priority.High));
    }

    [Test]
    public async Task Bytes_reach_one_connection()
    {
        _rig.Call("send_packet", $$"""{"channel":"chat","type":9,"base64":"AP8=","to":"{{await PeerAsync()}}"}""");
        Assert.That(Receive().Data, Is.EqualTo(new byte[] { 0, 255 }));
    }

    [TestCase("""{"channel":"chta","type":1}""", "arguments.channel: there is no channel 'chta'; did you mean 'chat'?")]
    [TestCase("""{"channel":1999,"type":1}""", "there is no channel 1999")]
    [TestCase("""{"channel":"chat","type":65280}""", "arguments.type")]
    [TestCase("""{"channel":"chat","type":1,"text":"a","data":1}""", "data and text were given")]
    [TestCase("""{"channel":"chat","type":1,"base64":"%"}""", "no base64")]
    [TestCase("""{"channel":"chat","type":1,"to":"9999v1"}""", "arguments.to: there is no entity")]
    [TestCase("""{"channel":0,"type":1,"text":"a"}""", "The packet was not sent.")]
    public void What_is_wrong_is_said(string arguments, string sentence) => Assert.That(_rig.Refused("send_packet", arguments), Does.Contain(sentence));

    [Test]
    public async Task A_peer_is_sent_away()
    {
        var entity = await PeerAsync();
        var gone = _rig.Call("disconnect", """{"connection":"peer-1","reason":"enough"}""");
        Assert.That((gone.GetProperty("entity").GetString(), gone.GetProperty("peer_id").GetString()), Is.EqualTo((entity, "peer-1")));
        _rig.Harness.Step(2);
        Assert.That(_rig.Call("list_connections", """{"kind":"peer"}""").GetProperty("connections").GetArrayLength(), Is.Zero);
        Assert.That(_rig.Refused("disconnect", """{"connection":"peer-1","reason":"again"}"""), Does.Contain("there is no connection 'peer-1'"));
    }

    [Test]
    public async Task Another_model_is_sent_away_and_never_oneself()
    {
        var other = _rig.Open("other");
        _rig.Call("disconnect", $$"""{"connection":"{{EntityText.Of(other.Entity)}}","reason":"enough"}""");
        Assert.That(other.IsOver);
        Assert.That(_rig.Refused("disconnect", $$"""{"connection":"{{_rig.Session.PeerId}}","reason":"bye"}"""), Does.Contain("this session itself"));
        (await _rig.Harness.System.CreateConnectionAsync("expected")).Unwrap();
        Assert.That(_rig.Refused("disconnect", """{"connection":"expected","reason":"bye"}"""), Does.Contain("expected is not connected now"));
    }
}
