namespace Playground.Ecs.Networking.Mcp.Tests.Conformance;

/// <summary>What it means that a scenario passed.</summary>
internal static class ScenarioAssert
{
    public static void Passed(SuiteRun run, string scenario)
    {
        var checks = run.Scenario(scenario);
        Assert.That(checks.Count(static check => check.Status == "SUCCESS"), Is.Positive, run.Output);
        Assert.That(checks.Where(static check => check.Status is "FAILURE" or "WARNING"), Is.Empty);
    }
}
