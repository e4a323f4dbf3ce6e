using Playground.Ecs.Networking.Tests.Frame;

// Started by AllocationTests as a process of its own; the tests of this assembly are run by the test host.
Console.WriteLine(await AllocationProbe.RunAsync(sessions: args is ["sessions" or "reliable"], reliable: args is ["reliable"]));
