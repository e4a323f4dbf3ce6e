namespace Playground.Ecs.Networking.Mcp.Tests.Conformance;

/// <summary>The scenarios of revision 2025-11-25, with sessions.</summary>
public sealed class Conformance20251125Tests
{
    // What counts, and the three that the suite runs beside them.
    private const int ChecksExpected = 83;

    private static readonly string[] Scenarios =
    [
        "server-initialize", "logging-set-level", "ping", "completion-complete", "tools-list", "tools-call-simple-text", "tools-call-image",
        "tools-call-audio", "tools-call-embedded-resource", "tools-call-mixed-content", "tools-call-with-logging", "tools-call-error",
        "tools-call-with-progress", "tools-call-sampling", "tools-call-elicitation", "elicitation-sep1034-defaults", "server-sse-multiple-streams",
        "elicitation-sep1330-enums", "resources-list", "resources-read-text", "resources-read-binary", "resources-templates-read",
        "resources-subscribe", "resources-unsubscribe", "prompts-list", "prompts-get-simple", "prompts-get-with-args",
        "prompts-get-embedded-resource", "prompts-get-with-image", "dns-rebinding-protection",
    ];

    private SuiteRun _run = null!;

    [OneTimeSetUp]
    public async Task RunSuite() => _run = await SuiteRun.OfAsync("2025-11-25");

    [TestCaseSource(nameof(Scenarios))]
    public void Scenario(string name) => ScenarioAssert.Passed(_run, name);

    [Test]
    public void Every_check_of_the_run_passes()
    {
        Assert.That(_run.Checks.Where(static check => check.Status == "FAILURE"), Is.Empty, _run.Output);
        Assert.That(_run.Checks.Count(), Is.EqualTo(ChecksExpected), _run.Output);
    }
}

/// <summary>The scenarios of revision 2026-07-28, without sessions. What it runs beside those that count is of extensions that we do not offer.</summary>
public sealed class Conformance20260728Tests
{
    private static readonly string[] Scenarios =
    [
        "server-stateless", "completion-complete", "tools-list", "tools-call-simple-text", "tools-call-image", "tools-call-audio",
        "tools-call-embedded-resource", "tools-call-mixed-content", "tools-call-error", "tools-call-with-progress", "server-sse-multiple-streams",
        "resources-list", "resources-read-text", "resources-read-binary", "resources-templates-read", "sep-2164-resource-not-found", "prompts-list",
        "prompts-get-simple", "prompts-get-with-args", "prompts-get-embedded-resource", "prompts-get-with-image", "dns-rebinding-protection",
        "caching", "input-required-result-basic-elicitation", "input-required-result-basic-sampling", "input-required-result-basic-list-roots",
        "input-required-result-request-state", "input-required-result-multiple-input-requests", "input-required-result-multi-round",
        "input-required-result-missing-input-response", "input-required-result-non-tool-request", "input-required-result-result-type",
        "input-required-result-unsupported-methods", "input-required-result-tampered-state", "input-required-result-capability-check",
        "input-required-result-ignore-extra-params", "input-required-result-validate-input",
    ];

    private SuiteRun _run = null!;

    [OneTimeSetUp]
    public async Task RunSuite() => _run = await SuiteRun.OfAsync("2026-07-28");

    [TestCaseSource(nameof(Scenarios))]
    public void Scenario(string name) => ScenarioAssert.Passed(_run, name);

    [Test]
    public void All_scenarios_that_count_are_here()
    {
        Assert.That(Scenarios, Has.Length.EqualTo(37));
        Assert.That(_run.Output, Does.Contain("Not scored for 2026-07-28"), "The suite ran to its end.");
    }
}
