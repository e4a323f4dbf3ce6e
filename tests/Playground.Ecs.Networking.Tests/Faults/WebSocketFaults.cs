using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Sessions;
using Playground.Ecs.Networking.Testing.Frames;
using Playground.Ecs.Networking.Testing.Links;

namespace Playground.Ecs.Networking.Tests.Faults;

/// <summary>Rows 1-11: WebSocket frames that RFC 6455, or a limit, does not allow.</summary>
public sealed class WebSocketFaults
{
    private const int Fragment = RawFrame.Binary;

    [Test]
    public async Task Row_01_a_frame_or_message_over_the_limit_gets_1009_and_is_never_buffered_past_it()
    {
        await using var server = await FaultServer.StartAsync();
        await ExpectClosedAsync(server, CloseCode.MessageTooBig, attacker =>
            attacker.Socket.SendBytes(RawFrame.ToClientBytes(0x82, new byte[ProtocolLimits.MaxMessageBytes + 1])));
        await ExpectClosedAsync(server, CloseCode.MessageTooBig, attacker =>
        {
            attacker.Socket.SendFrame(Fragment, new byte[ProtocolLimits.MaxMessageBytes], final: false);
            attacker.Socket.SendFrame(RawFrame.Continuation, [1]);
        });
        await ExpectClosedAsync(server, CloseCode.MessageTooBig, SendTrainOverTheLimit);
        await server.ExpectEndedAsync(DisconnectReason.WebSocketViolation, 3);
        Assert.That(server.PeakRented, Is.LessThan(2 * ProtocolLimits.DefaultMaxPacketBytes));
        await server.ExpectUnharmedAsync();
    }

    [Test]
    public async Task Row_02_64_MiB_in_fragments_get_1009_at_the_limit()
    {
        await using var server = await FaultServer.StartAsync();
        var attacker = server.Connect();
        attacker.Socket.SendFrame(Fragment, new byte[4_096], final: false);
        var fragment = RawFrame.ToClientBytes(RawFrame.Continuation, new byte[4_096]);
        var isEnded = false;
        for (var sent = 0; sent < 64 * 1024 * 1024 && !isEnded; sent += 4_096) isEnded = !await attacker.FloodAsync(fragment);
        Assert.That((isEnded, await attacker.ClosedAsync()), Is.EqualTo((true, (int)CloseCode.MessageTooBig)));
        await server.ExpectEndedAsync(DisconnectReason.WebSocketViolation);
        Assert.That(server.PeakRented, Is.LessThan(1024 * 1024));
        await server.ExpectUnharmedAsync();
    }

    [Test]
    public async Task Row_03_300000_empty_continuations_get_1008_after_64()
    {
        await using var server = await FaultServer.StartAsync();
        var patient = server.Connect();
        patient.Socket.SendFrame(Fragment, TestPeer.Packet(server.Echo.Id, 7, [7]), final: false);
        for (var i = 2; i < 64; i++) patient.Socket.SendFrame(RawFrame.Continuation, [], final: false);
        patient.Socket.SendFrame(RawFrame.Continuation, []);
        Assert.That((await patient.PacketAsync(server.Echo.Id)).Type, Is.EqualTo(7), "64 fragments are a message");

        var attacker = server.Connect();
        attacker.Socket.SendFrame(Fragment, [], final: false);
        var empty = RawFrame.ToClientBytes(RawFrame.Continuation, []);
        await attacker.FloodAsync(Enumerable.Repeat(empty, 300_000).SelectMany(static b => b).ToArray());
        Assert.That(await attacker.ClosedAsync(), Is.EqualTo((int)CloseCode.PolicyViolation));
        await server.ExpectEndedAsync(DisconnectReason.WebSocketViolation);
        await server.ExpectUnharmedAsync(2);
    }

    [Test]
    public async Task Row_04_reserved_bits_and_opcodes_get_1002()
    {
        int[] firstBytes = [0xC2, 0xA2, 0x92, 0xF2, 0x83, 0x84, 0x85, 0x86, 0x87, 0x8B, 0x8C, 0x8D, 0x8E, 0x8F, 0x03, 0x0B];
        await ExpectViolationsAsync(CloseCode.ProtocolError, firstBytes.Select(static first => RawFrame.ToClientBytes(first, [1])));
    }

    [Test]
    public Task Row_05_an_unmasked_frame_gets_1002() => ExpectViolationsAsync(
        CloseCode.ProtocolError,
        [RawFrame.ToClientBytes(0x82, [1, 2, 3], mask: null), RawFrame.ToClientBytes(0x89, [], mask: null), RawFrame.ToClientBytes(0x82, new byte[300], mask: null)]);

    [Test]
    public Task Row_06_bad_UTF_8_in_a_close_reason_gets_1007() => ExpectViolationsAsync(
        CloseCode.InvalidUtf8,
        [
            RawFrame.ToClientBytes(0x88, [0x03, 0xE8, 0xFF]),
            RawFrame.ToClientBytes(0x88, [0x03, 0xE8, 0xC0, 0x80]),
            RawFrame.ToClientBytes(0x88, [0x03, 0xE8, 0xED, 0xA0, 0x80]),
            RawFrame.ToClientBytes(0x88, [0x03, 0xE8, (byte)'a', 0xE2, 0x82]),
        ]);

    [Test]
    public Task Row_06_any_text_message_gets_1003() => ExpectViolationsAsync(
        CloseCode.UnsupportedMessage,
        [RawFrame.ToClientBytes(0x81, "hello"u8), RawFrame.ToClientBytes(0x81, []), RawFrame.ToClientBytes(0x01, "hel"u8)]);

    [Test]
    public Task Row_07_a_ping_over_125_bytes_or_a_fragmented_control_frame_gets_1002() => ExpectViolationsAsync(
        CloseCode.ProtocolError,
        [
            RawFrame.ToClientBytes(0x89, new byte[126]), RawFrame.ToClientBytes(0x8A, new byte[126]), RawFrame.ToClientBytes(0x88, new byte[126]),
            RawFrame.ToClientBytes(0x89, new byte[70_000]), RawFrame.ToClientBytes(0x09, []), RawFrame.ToClientBytes(0x0A, [1]), RawFrame.ToClientBytes(0x08, []),
        ]);

    [Test]
    public async Task Row_08_a_ping_between_the_fragments_of_a_message_gets_its_pong_and_the_message_stays_intact()
    {
        await using var server = await FaultServer.StartAsync();
        var peer = server.Connect();
        var packet = TestPeer.Packet(server.Echo.Id, 7, [1, 2, 3, 4]);
        peer.Socket.SendFrame(Fragment, packet.AsSpan(0, 5), final: false);
        peer.Socket.SendFrame(RawFrame.Ping, "between"u8);
        peer.Socket.SendFrame(RawFrame.Continuation, packet.AsSpan(5, 3), final: false);
        peer.Socket.SendFrame(RawFrame.Ping, []);
        peer.Socket.SendFrame(RawFrame.Continuation, packet.AsSpan(8));
        Assert.That((await peer.PacketAsync(server.Echo.Id)).Data, Is.EqualTo(new byte[] { 1, 2, 3, 4 }));
        await peer.UntilAsync(() => peer.Pongs.Count == 2);
        Assert.That(peer.Pongs.Select(static p => p.Payload), Is.EqualTo(new[] { "between"u8.ToArray(), [] }));
        Assert.That(server.Ended(DisconnectReason.WebSocketViolation), Is.Zero);
        await server.ExpectUnharmedAsync();
    }

    [Test]
    public async Task Row_09_a_new_data_frame_inside_a_message_or_a_lone_continuation_gets_1002()
    {
        var begun = RawFrame.ToClientBytes(0x02, [1]);
        await ExpectViolationsAsync(
            CloseCode.ProtocolError,
            [[.. begun, .. RawFrame.ToClientBytes(0x82, [2])], [.. begun, .. RawFrame.ToClientBytes(0x02, [2])], RawFrame.ToClientBytes(0x80, [1]), RawFrame.ToClientBytes(0x00, [])]);
    }

    [Test]
    public async Task Row_10_invalid_close_codes_and_bodies_get_1002()
    {
        int[] codes = [0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65_535];
        await ExpectViolationsAsync(
            CloseCode.ProtocolError,
            codes.Select(static code => RawFrame.ToClientBytes(0x88, RawFrame.ClosePayload(code, "x"))).Append(RawFrame.ToClientBytes(0x88, [3])));
    }

    [Test]
    public async Task Row_11_a_length_beyond_all_bounds_gets_1002_or_1009_and_no_memory()
    {
        await using var server = await FaultServer.StartAsync();
        long[] lengths = [1L << 62, long.MinValue, -1, (1L << 32) + 5, int.MaxValue, uint.MaxValue];
        foreach (var length in lengths)
        {
            var attacker = server.Connect();
            attacker.Socket.SendBytes([.. RawFrame.Header(0x82, length, 0x12345678, lengthBytes: 8), .. RawFrame.ToClientBytes(0x89, "no desync"u8)]);
            Assert.That(await attacker.ClosedAsync(), Is.EqualTo(length < 0 ? 1002 : 1009), $"{length}");
            Assert.That(attacker.Pongs, Is.Empty, "what follows is not read as frames");
        }

        await server.ExpectEndedAsync(DisconnectReason.WebSocketViolation, lengths.Length);
        Assert.That(server.PeakRented, Is.LessThan(1024 * 1024));
        await server.ExpectUnharmedAsync();
    }

    private static void SendTrainOverTheLimit(Attacker attacker)
    {
        var fragment = TestPeer.Packet(1000, 1, new byte[ProtocolLimits.FragmentBytes], flags: PacketFlags.MoreFragments);
        for (var sent = 0; sent <= ProtocolLimits.DefaultMaxPacketBytes; sent += ProtocolLimits.FragmentBytes) attacker.Send(fragment);
    }

    private static async Task ExpectViolationsAsync(CloseCode code, IEnumerable<byte[]> violations)
    {
        await using var server = await FaultServer.StartAsync();
        var count = 0;
        foreach (var bytes in violations)
        {
            await ExpectClosedAsync(server, code, attacker => attacker.Socket.SendBytes(bytes));
            count++;
        }

        await server.ExpectEndedAsync(DisconnectReason.WebSocketViolation, count);
        await server.ExpectUnharmedAsync();
    }

    private static async Task ExpectClosedAsync(FaultServer server, CloseCode code, Action<Attacker> attack)
    {
        var attacker = server.Connect();
        attack(attacker);
        Assert.That(await attacker.ClosedAsync(), Is.EqualTo((int)code));
    }
}
