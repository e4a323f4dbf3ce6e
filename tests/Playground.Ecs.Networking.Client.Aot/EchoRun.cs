using System.Threading.Channels;

namespace Playground.Ecs.Networking.Client.Aot;

/// <summary>Sends to the channel "echo" whatever a client can send, and waits until all of it has come back.</summary>
internal static class EchoRun
{
    private const int Packets = 10;
    private const int LargeBytes = 100_000;

    /// <summary>What came back, a line for each kind.</summary>
    /// <exception cref="NetworkException">The server refused something.</exception>
    /// <exception cref="InvalidOperationException">Something else came back.</exception>
    public static async Task<IReadOnlyList<string>> RunAsync(Uri uri, CancellationToken cancellationToken)
    {
        await using var client = new NetworkClient(new ClientOptions { Uri = uri, ClientName = "compiled ahead of time" });
        (await client.ConnectAsync(cancellationToken)).Unwrap();
        var echo = (await client.FindChannelAsync("echo", cancellationToken)).Unwrap();
        var echoes = System.Threading.Channels.Channel.CreateUnbounded<ClientPacket>();
        echo.Received += packet => echoes.Writer.TryWrite(packet);

        return
        [
            $"connected: {client.PeerId}",
            await SendAsync(echo, echoes.Reader, cancellationToken),
            await SendReliableAsync(echo, echoes.Reader, cancellationToken),
            await SendValueAsync(echo, echoes.Reader, cancellationToken),
            await AskAsync(echo, cancellationToken),
        ];
    }

    private static async Task<string> SendAsync(ClientChannel echo, ChannelReader<ClientPacket> echoes, CancellationToken cancellationToken)
    {
        for (byte i = 0; i < Packets; i++) (await echo.SendAsync(1, new[] { i })).Unwrap();
        for (byte i = 0; i < Packets; i++) Check(await echoes.ReadAsync(cancellationToken), 1, isReliable: false, [i]);
        return $"packets: {Packets}";
    }

    private static async Task<string> SendReliableAsync(ClientChannel echo, ChannelReader<ClientPacket> echoes, CancellationToken cancellationToken)
    {
        for (byte i = 0; i < Packets; i++) (await echo.SendReliableAsync(2, new[] { i }, cancellationToken: cancellationToken)).Unwrap();
        for (byte i = 0; i < Packets; i++) Check(await echoes.ReadAsync(cancellationToken), 2, isReliable: true, [i]);
        return $"reliable packets: {Packets}";
    }

    private static async Task<string> SendValueAsync(ClientChannel echo, ChannelReader<ClientPacket> echoes, CancellationToken cancellationToken)
    {
        var sent = new Position(1.5f, -2);
        (await echo.SendAsync(3, sent.ToBytes())).Unwrap();
        var read = Position.Read((await echoes.ReadAsync(cancellationToken)).Data);
        return read == sent ? $"value: {read.X}, {read.Y}" : throw new InvalidOperationException($"{sent} came back as {read}");
    }

    private static async Task<string> AskAsync(ClientChannel echo, CancellationToken cancellationToken)
    {
        var body = new byte[LargeBytes];
        body.AsSpan().Fill(7);
        var answer = (await echo.RequestAsync(4, body, cancellationToken: cancellationToken)).Unwrap();
        return answer.Span.SequenceEqual(body) ? $"answer: {answer.Length} bytes" : throw new InvalidOperationException("another answer came");
    }

    private static void Check(in ClientPacket packet, ushort type, bool isReliable, ReadOnlySpan<byte> data)
    {
        if (packet.PacketType != type || packet.IsReliable != isReliable || !packet.Data.Span.SequenceEqual(data))
            throw new InvalidOperationException($"type {packet.PacketType} came back where {type} was expected");
    }
}
