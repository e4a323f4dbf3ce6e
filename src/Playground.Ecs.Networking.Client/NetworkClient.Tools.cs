using System.Collections.Concurrent;
using System.Text.Json;
using Playground.Ecs.Networking.Client.Sessions;
using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.Client;

// What language models call on this client: each call runs beside the events, which only begin it and call it off.
public sealed partial class NetworkClient
{
    private static readonly TimeSpan ToolTimeoutMax = TimeSpan.FromDays(1);

    private readonly ConcurrentDictionary<(ChannelId Channel, int Session, uint Id), ToolCancellation> _calls = new();

    /// <summary>Of no effect when the call is over.</summary>
    internal NetworkResult Report(ChannelId channel, in RequestId id, in ToolProgress progress)
    {
        using var turn = _driver.Enter();
        return _calls.ContainsKey((channel, id.Session, id.Id)) ? turn.Session.ReportTool(channel, id, progress) : NetworkResult.Ok;
    }

    private void Serve(ChannelId channel, in RequestId id, in ToolCall call)
    {
        if (_channels.GetValueOrDefault(channel.Value)?.ToolHandler(call.Tool) is not { } handler)
        {
            Answer(channel, id, call.Tool, ClientToolOutput.Error($"Nobody carries out the tool {call.Tool} any more."));
        }
        else if (_calls.Count >= Options.ServedToolCallsMax)
        {
            Answer(channel, id, call.Tool, ClientToolOutput.Error($"The tool's program works on {Options.ServedToolCallsMax} calls already. Try again later."));
        }
        else
        {
            Begin(channel, id, call, handler);
        }
    }

    private void Begin(ChannelId channel, RequestId id, ToolCall call, ClientToolHandler handler)
    {
        var timeout = TimeSpan.FromMilliseconds(call.TimeoutMs);
        var cancellation = new ToolCancellation(timeout < ToolTimeoutMax ? timeout : ToolTimeoutMax, Options.TimeProvider, _session.Token);
        if (_calls.TryAdd((channel, id.Session, id.Id), cancellation))
        {
            _ = Task.Run(() => ServeAsync(channel, id, call, handler, cancellation), CancellationToken.None);
            return;
        }

        cancellation.Dispose();
        _log.ToolCallRepeated(channel.Value, id.Id);
    }

    private async ValueTask CallOffAsync(ChannelId channel, RequestId id)
    {
        if (!_calls.TryGetValue((channel, id.Session, id.Id), out var cancellation)) return;
        try
        {
            await cancellation.CallOffAsync().ConfigureAwait(false);
        }
        catch (AggregateException exception)
        {
            Report(exception, nameof(CancellationToken));
        }
    }

    private async Task ServeAsync(ChannelId channel, RequestId id, ToolCall call, ClientToolHandler handler, ToolCancellation cancellation)
    {
        using (cancellation)
        {
            var output = await RunAsync(channel, id, call, handler, cancellation).ConfigureAwait(false);
            _calls.TryRemove((channel, id.Session, id.Id), out _);
            if (!cancellation.IsCalledOff) Answer(channel, id, call.Tool, output);
        }
    }

    private async ValueTask<ClientToolOutput> RunAsync(
        ChannelId channel, RequestId id, ToolCall call, ClientToolHandler handler, ToolCancellation cancellation)
    {
        try
        {
            using var arguments = JsonDocument.Parse(call.Arguments);
            var called = new ClientToolCall(this, channel, id, call, arguments.RootElement.Clone());
            return await handler(called, cancellation.Token).ConfigureAwait(false) ?? throw new InvalidOperationException($"The tool {call.Tool} answered null.");
        }
        catch (OperationCanceledException) when (cancellation.Token.IsCancellationRequested)
        {
            return ClientToolOutput.Error($"The tool {call.Tool} took longer than {call.TimeoutMs} ms.");
        }
        catch (Exception exception)
        {
            Report(exception, nameof(ClientToolHandler));
            return ClientToolOutput.Error($"The tool {call.Tool} failed.");
        }
    }

    private void Answer(ChannelId channel, in RequestId id, string tool, ClientToolOutput output)
    {
        NetworkResult queued;
        using (var turn = _driver.Enter()) queued = turn.Session.AnswerTool(channel, id, output.IsError, output.Content);

        // Whose session is over waits no more; a full queue is worth a word.
        if (queued.Error is not (null or NetworkError.NotConnected)) _log.ToolNotAnswered(tool, channel.Value, queued.Error.Message);
    }
}
