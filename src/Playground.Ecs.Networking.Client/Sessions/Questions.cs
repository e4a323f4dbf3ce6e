using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.Client.Sessions;

/// <summary>The questions of one session that wait for their answers, by number (PROTOCOL.md, section 6).</summary>
internal sealed class Questions(ClientOptions options)
{
    private readonly Dictionary<uint, Question> _waiting = [];
    private uint _lastId;

    public int Count => _waiting.Count;

    /// <summary>A number that no waiting question has.</summary>
    /// <returns>The number; LimitExceeded.</returns>
    public NetworkResult<uint> NextId()
    {
        if (_waiting.Count >= options.PendingRequestsMax)
            return new NetworkError.LimitExceeded(nameof(ClientOptions.PendingRequestsMax), options.PendingRequestsMax, _waiting.Count + 1);
        do _lastId = unchecked(_lastId + 1);
        while (_waiting.ContainsKey(_lastId));
        return _lastId;
    }

    public void Add(Question question) => _waiting.Add(question.Id, question);

    public void Remove(Question question) => _waiting.Remove(question.Id);

    /// <returns>False when nobody waits for it.</returns>
    public bool TryAnswer(in Reply reply)
    {
        if (!_waiting.TryGetValue(reply.Id, out var question) || question is not ControlQuestion control) return false;
        _waiting.Remove(reply.Id);
        control.Answer(reply);
        return true;
    }

    /// <returns>False when nobody waits for it on this channel.</returns>
    public bool TryAnswer(ChannelId channel, in Response response)
    {
        if (!_waiting.TryGetValue(response.Id, out var question) || question is not ChannelQuestion asked || asked.Channel != channel) return false;
        _waiting.Remove(response.Id);
        asked.Answer(response);
        return true;
    }

    public void Fail(NetworkError error)
    {
        Question[] all = [.. _waiting.Values];
        _waiting.Clear();
        foreach (var question in all) question.Fail(error);
    }
}
