using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Playground.Demo.Tests;

/// <summary>The page at "/" where the build found no Node.js.</summary>
[TestFixture]
public sealed class DemoPageTests
{
    [TestCase("http", "ws")]
    [TestCase("https", "wss")]
    public void It_says_what_runs_where(string scheme, string webSocket)
    {
        var page = Answer(scheme, "localhost:8080");
        Assert.That(page, Does.Contain("<title>Playground arena</title>").And.Contain($"{webSocket}://localhost:8080/ws").And.Contain("playground.v1"));
        Assert.That(page, Does.Contain($"{scheme}://localhost:8080{DemoNetworking.HealthPath}"));
    }

    [Test]
    public void It_does_not_repeat_a_hostile_host_as_markup() => Assert.That(Answer("http", "<script>"), Does.Not.Contain("<script>"));

    private static string Answer(string scheme, string host)
    {
        var context = new DefaultHttpContext();
        (context.Request.Scheme, context.Request.Host) = (scheme, new HostString(host));
        return ((ContentHttpResult)DemoPage.Answer(context.Request, new DemoOptions())).ResponseContent!;
    }
}
