using System.ComponentModel;
using System.Diagnostics;

namespace Playground.House.Tests.Rules;

/// <summary>The simulation's planted faults still fit the code; .ci/planted-faults shows that the simulation finds them.</summary>
public sealed class PlantedFaultTests
{
    private const string Folder = "tests/Playground.Ecs.Networking.Simulation/PlantedFaults/";

    private static IEnumerable<string> Patches => Repository.Files.Where(static f => f.StartsWith(Folder, StringComparison.Ordinal));

    [Test]
    public void The_seven_are_there() =>
        Assert.That(Patches.Select(static f => f[Folder.Length..]), Is.SupersetOf(new[]
        {
            "acknowledge-before-delivery.patch", "drop-on-resume.patch", "forget-to-dedupe.patch", "lane-order-reversed.patch",
            "no-previous-token.patch", "resend-by-lane.patch", "smaller-than-instead-of-wrap-around.patch",
        }));

    [TestCaseSource(nameof(Patches))]
    public void It_applies_to_the_product_alone(string patch)
    {
        var changed = Repository.Read(patch).Split('\n').Where(static line => line.StartsWith("+++ ", StringComparison.Ordinal)).ToArray();
        Assert.That(changed, Is.Not.Empty.And.All.StartsWith("+++ b/src/"));
        var (exitCode, output) = Git("apply", "--check", "--verbose", patch);
        Assert.That((exitCode, output.Contains("Skipped", StringComparison.Ordinal)), Is.EqualTo((0, false)), $"Make the patch anew: {output}");
    }

    private static (int ExitCode, string Output) Git(params string[] arguments)
    {
        var start = new ProcessStartInfo("git", arguments) { WorkingDirectory = Repository.Root, RedirectStandardError = true };
        try
        {
            using var git = Process.Start(start)!;
            var output = git.StandardError.ReadToEnd();
            git.WaitForExit();
            return (git.ExitCode, output);
        }
        catch (Win32Exception)
        {
            Assert.Ignore("git is missing: install it to see whether the planted faults still apply.");
            throw;
        }
    }
}
