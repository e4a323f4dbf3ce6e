using System.Security.Cryptography;
using System.Text;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace Playground.Ecs.Networking.Mcp.Tests.Fixtures;

/// <summary>The conformance suite's tools whose result is that they need input first: native ones of the SDK.</summary>
internal static class InputRequiredTools
{
    private static readonly byte[] Key = RandomNumberGenerator.GetBytes(32);

    public static IEnumerable<McpServerTool> All =>
    [
        Tool("elicitation", static call => Asking.UserWrote(call.InputResponses, "user_name", "name") is { } name
            ? $"Hello, {name}!"
            : throw Need(null, ("user_name", Asking.ForUser("What is your name?", "name")))),
        Tool("sampling", static call => Asking.ModelSaid(call.InputResponses, "capital_question")
            ?? throw Need(null, ("capital_question", Asking.ForModel("What is the capital of France?", 100)))),
        Tool("list_roots", static call => Asking.Roots(call.InputResponses, "client_roots") is { } roots
            ? string.Join(", ", roots.Select(static root => root.Uri))
            : throw Need(null, ("client_roots", Asking.ForRoots()))),
        Tool("request_state", static call => call.RequestState switch
        {
            null => throw Need("confirming", ("confirm", InputRequest.ForElicitation(Asking.Confirmation()))),
            "confirming" => "state-ok",
            _ => throw Tampered(),
        }),
        Tool("multiple_inputs", MultipleInputs),
        Tool("multi_round", MultiRound),
        Tool("tampered_state", SignedState),
        McpServerTool.Create(Capabilities, Options("capabilities")),
    ];

    public static InputRequiredException Need(string? state, params (string Key, InputRequest Request)[] requests) =>
        new(requests.ToDictionary(static r => r.Key, static r => r.Request), state);

    private static McpServerTool Tool(string name, Func<CallToolRequestParams, string> handler) =>
        McpServerTool.Create((RequestContext<CallToolRequestParams> context) => handler(context.Params!), Options(name));

    private static McpServerToolCreateOptions Options(string name) =>
        new() { Name = $"test_input_required_result_{name}", Description = "Needs input of the client." };

    private static string MultipleInputs(CallToolRequestParams call)
    {
        var name = Asking.UserWrote(call.InputResponses, "user_name", "name");
        var greeting = Asking.ModelSaid(call.InputResponses, "greeting");
        var roots = Asking.Roots(call.InputResponses, "client_roots");
        if (name is not null && greeting is not null && roots is not null) return $"{greeting} {name} of {roots.Count} roots";
        throw Need(
            "asked",
            ("user_name", Asking.ForUser("What is your name?", "name")),
            ("greeting", Asking.ForModel("Generate a greeting", 50)),
            ("client_roots", Asking.ForRoots()));
    }

    private static string MultiRound(CallToolRequestParams call)
    {
        const string Named = "name:";
        if (call.RequestState is null) throw Need("first", ("step1", Asking.ForUser("Step 1: What is your name?", "name")));
        if (call.RequestState == "first")
        {
            var name = Asking.UserWrote(call.InputResponses, "step1", "name");
            throw Need(Named + name, ("step2", Asking.ForUser("Step 2: What is your favorite color?", "color")));
        }

        return $"{call.RequestState[Named.Length..]} likes {Asking.UserWrote(call.InputResponses, "step2", "color")}";
    }

    private static string SignedState(CallToolRequestParams call)
    {
        if (call.RequestState is null) throw Need(Sign("confirming"), ("confirm", InputRequest.ForElicitation(Asking.Confirmation())));
        return call.RequestState == Sign("confirming") ? "The state is as it was." : throw Tampered();
    }

    private static string Capabilities(RequestContext<CallToolRequestParams> context)
    {
        if (context.Params!.InputResponses is { Count: > 0 } responses) return $"{responses.Count} answers came.";
        var client = context.JsonRpcRequest.Context?.ClientCapabilities;
        var requests = new List<(string, InputRequest)>();
        if (client?.Sampling is not null) requests.Add(("capital_question", Asking.ForModel("What is the capital of France?", 100)));
        if (client?.Elicitation is not null) requests.Add(("user_name", Asking.ForUser("What is your name?", "name")));
        if (client?.Roots is not null) requests.Add(("client_roots", Asking.ForRoots()));
        return requests.Count == 0 ? "The client can be asked for nothing." : throw Need(null, [.. requests]);
    }

    private static string Sign(string state) => $"{state}.{Convert.ToHexStringLower(HMACSHA256.HashData(Key, Encoding.UTF8.GetBytes(state)))}";

    private static McpProtocolException Tampered() => new("The request state is not the one that was given.", McpErrorCode.InvalidParams);
}
