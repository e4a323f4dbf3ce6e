using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Playground.House.Tests.Rules;

/// <summary>What each room of the house may touch (CONTRIBUTING.md, "The rooms").</summary>
public sealed class RoomTests
{
    private const string Networking = "src/Playground.Ecs.Networking/";
    private const string Fleck = "src/Playground.Ecs.Networking.Fleck/";
    private const string Protocol = "src/Playground.Ecs.Networking.Protocol/";
    private const string Client = "src/Playground.Ecs.Networking.Client/";

    private static IEnumerable<SourceFile> Libraries => Repository.Sources.Where(static f => f.IsIn("src/") && !f.IsIn("src/Playground.Demo/"));

    private static IEnumerable<SourceFile> Rooms => Repository.Sources.Where(static f => f.IsIn(Networking));

    [Test]
    public void Only_transports_endpoints_and_the_asynchronous_api_await()
    {
        // SessionStage waits for the application's authentication, RequestStage, ToolStage and ResourceStage for its answers; the loop's room completes
        // when its thread has. McpLoop is the way of other threads to the loop, and the built-in tools are handlers like the application's.
        string[] allowed =
        [
            Fleck, Networking + "Sockets/", Networking + "Kestrel/", Networking + "Links/", Networking + "Loop/", Networking + "NetworkingSystem",
            Networking + "Sessions/SessionStage.cs", Networking + "Requests/RequestStage.Handling.cs", Networking + "Mcp/McpLoop.cs",
            Networking + "Mcp/ToolStage.Handling.cs", Networking + "Mcp/ResourceStage.cs", Networking + "Mcp/Endpoint/", Networking + "Mcp/BuiltIn/",
        ];
        Assert.That(Libraries.Where(f => !f.IsIn(allowed) && !f.IsIn(Client)).SelectMany(Awaits), Is.Empty);
    }

    [Test]
    public void The_clients_session_awaits_nothing_and_knows_no_socket_clock_thread_or_lock()
    {
        var files = Repository.Sources.Where(static f => f.IsIn(Client + "Sessions/")).ToList();
        Assert.That(files, Is.Not.Empty);
        Assert.That(files.SelectMany(Awaits), Is.Empty);
        Assert.That(files.SelectMany(static f => f.Uses("TimeProvider", "WebSocket", "ClientWebSocket", "Thread", "Lock", "Interlocked", "Task")), Is.Empty);
    }

    [Test]
    public void The_client_does_not_resume_on_its_callers_context() => Assert.That(
        Repository.Sources.Where(static f => f.IsIn(Client))
            .SelectMany(Awaits)
            .Where(static at => at.Contains("await ", StringComparison.Ordinal) && !at.Contains("ConfigureAwait(false)", StringComparison.Ordinal)),
        Is.Empty);

    [Test]
    public void Nothing_is_async_void() => Assert.That(
        Repository.Sources.SelectMany(static f => f.All<MethodDeclarationSyntax>()
            .Where(static m => m.Modifiers.Any(SyntaxKind.AsyncKeyword) && m.ReturnType.ToString() == "void")
            .Select(f.At)),
        Is.Empty);

    [Test]
    public void Only_the_protocol_touches_packet_offsets()
    {
        // The sockets and the memory link read WebSocket frames, whose numbers are their own, and a token is no packet.
        string[] allowed = [Networking + "Sockets/", Networking + "Links/Memory", Networking + "Sessions/ResumeTokens.cs"];
        Assert.That(Rooms.Where(f => !f.IsIn(allowed)).SelectMany(static f => f.Uses("BinaryPrimitives")), Is.Empty);
        Assert.That(
            Repository.Sources.Where(static f => f.IsIn("src/") && !f.IsIn(Protocol))
                .SelectMany(static f => f.Uses("LengthOffset", "SequenceShift", "ReliableBit", "MoreFragmentsBit", "UnknownPriorityBits", "UnknownFlagBits")),
            Is.Empty);
    }

    [Test]
    public void Only_the_sockets_and_the_memory_link_read_websocket_frames()
    {
        string[] allowed = [Networking + "Sockets/", Networking + "Links/Memory"];
        Assert.That(
            Rooms.Where(f => !f.IsIn(allowed)).SelectMany(static f => f.Uses("FrameReader", "FrameMask", "CloseFrame", "PartialMessage", "ReceiveWindow")),
            Is.Empty);
    }

    [Test]
    public void Websocket_frames_are_framed_ahead_only_where_messages_are_made()
    {
        string[] allowed = [Networking + "Sockets/", Networking + "Links/Memory", Networking + "Sending/"];
        Assert.That(Rooms.Where(f => !f.IsIn(allowed)).SelectMany(static f => f.Uses("FrameHeader", "Opcode")), Is.Empty);
    }

    [Test]
    public void Only_sessions_touch_sequences_and_tokens()
    {
        // The options hold where both sequence spaces begin.
        string[] allowed = [Networking + "Sessions/", Networking + "NetworkingOptions.cs"];
        Assert.That(
            Rooms.Where(f => !f.IsIn(allowed)).SelectMany(static f => f.Uses("WithSequence", "ReliableWindow", "ReliableReceiver", "ResumeTokens", "ResumeRequest")),
            Is.Empty);
    }

    [Test]
    public void Transports_and_the_loop_do_not_know_the_world()
    {
        var rooms = Rooms.Where(static f => f.IsIn(Networking + "Sockets/", Networking + "Kestrel/", Networking + "Links/", Networking + "Loop/", Networking + "Mcp/Endpoint/")).ToList();
        Assert.That(rooms, Is.Not.Empty);
        Assert.That(rooms.SelectMany(static f => f.Uses("World", "QueryDescription", "CommandBuffer")), Is.Empty);
    }

    [Test]
    public void The_endpoint_for_models_reaches_the_loop_through_one_interface()
    {
        var files = Rooms.Where(static f => f.IsIn(Networking + "Mcp/Endpoint/")).ToList();
        Assert.That(files, Is.Not.Empty);
        Assert.That(
            files.SelectMany(static f => f.Uses("Entity", "NetworkingSystem", "McpLoop", "McpStage", "ToolStage", "ResourceStage", "ToolRegistry", "PendingToolCall", "PendingRead")),
            Is.Empty);
        string[] rooms = ["Channels", "Receiving", "Requests", "Sending", "Loop", "Components"];
        Assert.That(
            files.SelectMany(f => f.UsedNamespaces().Where(u => rooms.Any(room => u == $"Playground.Ecs.Networking.{room}")).Select(u => $"{f.Path}: {u}")),
            Is.Empty);
    }

    [Test]
    public void The_protocol_knows_no_socket_clock_thread_or_world()
    {
        string[] banned = ["System.Net", "System.Threading", "System.Diagnostics.Metrics", "Microsoft.Extensions", "Microsoft.AspNetCore", "Playground.Ecs.Networking.Links"];
        var files = Repository.Sources.Where(static f => f.IsIn(Protocol)).ToList();
        Assert.That(files, Is.Not.Empty);
        Assert.That(
            files.SelectMany(f => f.UsedNamespaces().Where(u => banned.Any(b => u.StartsWith(b, StringComparison.Ordinal))).Select(u => $"{f.Path}: {u}")),
            Is.Empty);
        Assert.That(files.SelectMany(static f => f.Uses("TimeProvider", "Socket", "Thread", "Stopwatch", "World", "Task")), Is.Empty);
    }

    [Test]
    public void Nobody_outside_the_ecs_says_which_ecs_it_is()
    {
        Assert.That(
            Repository.Sources.Where(static f => !f.IsIn("src/Playground.Ecs/"))
                .SelectMany(static f => f.UsedNamespaces().Where(IsEcs).Select(u => $"{f.Path}: using {u}")),
            Is.Empty);
    }

    // The bench compares with Fleck as it is, without our transport.
    [Test]
    public void Only_its_transport_the_tests_of_that_and_the_comparison_use_fleck() => Assert.That(
        Repository.Sources.Where(static f => !f.IsIn(Fleck, "tests/Playground.Ecs.Networking.Fleck.Tests/", "bench/Playground.Ecs.Networking.LoadTest/Compare/Servers/FleckServer.Fleck.cs"))
            .SelectMany(static f => f.UsedNamespaces().Where(static u => u.Split('.')[0] == "Fleck").Select(u => $"{f.Path}: using {u}")),
        Is.Empty);

    [Test]
    public void Nobody_walks_a_column_beyond_its_chunks_entities() => Assert.That(
        Repository.Sources.SelectMany(static f => f.Root.DescendantNodes().OfType<ForEachStatementSyntax>()
            .Where(static loop => loop.Expression is InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name: GenericNameSyntax { Identifier.Text: "GetSpan" } } })
            .Select(f.At)),
        Is.Empty,
        "Arch's GetSpan is as long as the chunk's capacity: slice it to Count");

    [Test]
    public void The_ecs_stands_alone()
    {
        var project = Repository.Read("src/Playground.Ecs/Playground.Ecs.csproj");
        Assert.That(project, Does.Not.Contain("Reference"));
        Assert.That(Repository.Sources.Where(static f => f.IsIn("src/Playground.Ecs/")).SelectMany(static f => f.Uses("Networking")), Is.Empty);
    }

    private static IEnumerable<string> Awaits(SourceFile file) => file.Root.DescendantTokens()
        .Where(static token => token.IsKind(SyntaxKind.AwaitKeyword))
        .Select(token => file.At(token.Parent!));

    private static bool IsEcs(string name) =>
        name is "Playground.Ecs" or "Playground.Ecs.Systems" or "Playground.Ecs.Commands" or "Arch" ||
        name.StartsWith("Arch.", StringComparison.Ordinal);
}
