namespace Playground.Ecs.Networking.LoadTest.Tests;

public sealed class LoadOptionsTests
{
    [Test]
    public void Names_have_values_and_flags_have_none()
    {
        var options = LoadOptions.Parse(["--quick", "--runs", "3", "--mode", "echo"]);

        Assert.That(options.Has("--quick"), Is.True);
        Assert.That(options.Has("--rate"), Is.False);
        Assert.That(options.Get("--runs", 5), Is.EqualTo(3));
        Assert.That(options.Get("--rate", 60), Is.EqualTo(60));
        Assert.That(options.Text("--mode", "idle"), Is.EqualTo("echo"));
    }

    [Test]
    public void Lists_have_commas()
    {
        var options = LoadOptions.Parse(["--servers", "ours,ws", "--connections", "10,100"]);

        Assert.That(options.Texts("--servers", "all"), Is.EqualTo(new[] { "ours", "ws" }));
        Assert.That(options.Numbers("--connections", 1), Is.EqualTo(new[] { 10, 100 }));
        Assert.That(options.Numbers("--packets", 1, 10), Is.EqualTo(new[] { 1, 10 }));
    }

    [Test]
    public void What_cannot_be_meant_is_refused()
    {
        Assert.That(static () => LoadOptions.Parse(["runs"]), Throws.ArgumentException);
        Assert.That(static () => LoadOptions.Parse(["--runs", "some"]).Get("--runs", 5), Throws.ArgumentException);
        Assert.That(static () => LoadOptions.Parse(["--packets", "1,some"]).Numbers("--packets"), Throws.ArgumentException);
    }
}
