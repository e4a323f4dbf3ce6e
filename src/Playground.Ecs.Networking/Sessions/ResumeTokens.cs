using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Playground.Ecs.Networking.Sessions;

/// <summary>What a Hello asks to resume: its token, taken apart. Default: nothing.</summary>
/// <param name="SessionId">The part that finds the session.</param>
/// <param name="Secret">The part that proves; null when nothing is to be resumed.</param>
/// <param name="LastReceived">The last reliable sequence that the client received.</param>
internal readonly record struct ResumeRequest(ulong SessionId, byte[]? Secret, ushort LastReceived);

/// <summary>
/// The secrets that resume sessions (PROTOCOL.md, section 7): 8 bytes that find the session, 24 random ones that prove. Loop thread
/// only.
/// </summary>
internal sealed class ResumeTokens
{
    private const int IdBytes = sizeof(ulong);
    private const int SecretBytes = 24;

    private readonly Dictionary<ulong, Connection> _sessions = [];
    private ulong _lastId;

    /// <summary>Takes a token apart; one that cannot be ours asks for nothing.</summary>
    public static ResumeRequest Read(ReadOnlySpan<byte> token, ushort lastReceived) =>
        token.Length != IdBytes + SecretBytes
            ? default
            : new ResumeRequest(BinaryPrimitives.ReadUInt64LittleEndian(token), token[IdBytes..].ToArray(), lastReceived);

    /// <summary>A number for a new session.</summary>
    public ulong NextId() => ++_lastId;

    public void Add(Connection connection) => _sessions.Add(connection.Session!.Id, connection);

    public void Remove(Connection connection) => _sessions.Remove(connection.Session!.Id);

    /// <summary>The session that a request proves to own, in time that does not depend on the secret; null: none.</summary>
    public Connection? Find(in ResumeRequest request)
    {
        if (request.Secret is null || !_sessions.TryGetValue(request.SessionId, out var connection)) return null;
        var session = connection.Session!;
        var isCurrent = CryptographicOperations.FixedTimeEquals(request.Secret, session.Secret);
        var isPrevious = CryptographicOperations.FixedTimeEquals(request.Secret, session.PreviousSecret);
        return isCurrent | isPrevious ? connection : null;
    }

    /// <summary>Gives a session its next secret.</summary>
    /// <param name="session">The session.</param>
    /// <param name="proven">The secret that the peer came with; null in a new session.</param>
    /// <returns>The token for Welcome.</returns>
    public static byte[] Renew(Session session, byte[]? proven)
    {
        var token = new byte[IdBytes + SecretBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(token, session.Id);
        RandomNumberGenerator.Fill(token.AsSpan(IdBytes));
        session.Renew(token[IdBytes..], proven ?? []);
        return token;
    }
}
