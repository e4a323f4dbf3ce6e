namespace Playground.Demo.Tests;

[TestFixture]
public sealed class DemoOptionsTests
{
    [Test]
    public void No_arguments_give_the_defaults()
    {
        var (options, error) = DemoOptions.Parse([]);
        Assert.That(error, Is.Null);
        Assert.That(options, Is.EqualTo(new DemoOptions
        {
            Port = 8080,
            Host = "127.0.0.1",
            Bots = 200,
            FrameRate = 60,
            AuthToken = null,
            AllowClientChannels = false,
            WsEcho = false,
            Transport = "sockets",
            CertificateFile = null,
        }));
    }

    [Test]
    public void Every_option_is_read_in_both_forms()
    {
        var expected = new DemoOptions
        {
            Port = 0,
            Host = "0.0.0.0",
            Bots = 7,
            FrameRate = 30,
            AuthToken = "a=b",
            ResumeSeconds = 5,
            AllowClientChannels = true,
            WsEcho = true,
            Transport = "kestrel",
            CertificateFile = "a.pfx",
            CertificatePassword = "p",
        };
        string[] spaced =
        [
            "--port", "0", "--host", "0.0.0.0", "--bots", "7", "--frame-rate", "30", "--auth-token", "a=b", "--resume-seconds", "5",
            "--allow-client-channels", "--ws-echo", "--transport", "kestrel", "--certificate", "a.pfx", "--certificate-password", "p",
        ];
        string[] joined =
        [
            "--certificate-password=p", "--certificate=a.pfx", "--transport=kestrel", "--ws-echo", "--allow-client-channels", "--auth-token=a=b", "--resume-seconds=5", "--frame-rate=30", "--bots=7", "--host=0.0.0.0", "--port=0",
        ];
        Assert.That(DemoOptions.Parse(spaced), Is.EqualTo((expected, (string?)null)));
        Assert.That(DemoOptions.Parse(joined), Is.EqualTo((expected, (string?)null)));
    }

    [TestCase("--port", "--port needs a number.")]
    [TestCase("--port=x", "--port must be a number from 0 to 65535, was 'x'.")]
    [TestCase("--port=65536", "--port must be a number from 0 to 65535, was '65536'.")]
    [TestCase("--port=-1", "--port must be a number from 0 to 65535, was '-1'.")]
    [TestCase("--bots=20001", "--bots must be a number from 0 to 20000, was '20001'.")]
    [TestCase("--frame-rate=0", "--frame-rate must be a number from 1 to 1000, was '0'.")]
    [TestCase("--resume-seconds=3601", "--resume-seconds must be a number from 0 to 3600, was '3601'.")]
    [TestCase("--auth-token=", "--auth-token needs a value.")]
    [TestCase("--host", "--host needs a value.")]
    [TestCase("--ws-echo=yes", "--ws-echo takes no value.")]
    [TestCase("--certificate=", "--certificate needs a value.")]
    [TestCase("--fast", "Unknown option '--fast'.")]
    [TestCase("8080", "Unknown option '8080'.")]
    public void A_bad_option_is_named(string argument, string expected) =>
        Assert.That(DemoOptions.Parse([argument]), Is.EqualTo(((DemoOptions?)null, expected)));

    [TestCase("--transport")]
    [TestCase("--transport=pigeons")]
    public void A_transport_that_there_is_not_is_told_which_there_are(string argument)
    {
        var (options, error) = DemoOptions.Parse([argument]);
        Assert.That(options, Is.Null);
        Assert.That(error, Does.StartWith("--transport must be one of sockets, kestrel"));
    }

    [Test]
    public void Fleck_is_there_in_a_build_with_it_and_explained_in_another()
    {
        var (options, error) = DemoOptions.Parse(["--transport=fleck"]);
        var isThere = RunningDemo.Transports.Contains("fleck");
        Assert.That(options?.Transport, Is.EqualTo(isThere ? "fleck" : null));
        Assert.That(error, Is.EqualTo(isThere ? null : "--transport fleck needs a build with -p:Fleck=true."));
    }

    [Test]
    public void Secrets_are_not_printed() =>
        Assert.That(new DemoOptions { AuthToken = "secret", CertificatePassword = "secret" }.ToString(), Does.Not.Contain("secret"));

    [Test]
    public void The_inspector_is_on_unless_it_is_turned_off()
    {
        Assert.That(DemoOptions.Parse([]).Options!.Inspector);
        Assert.That(DemoOptions.Parse(["--no-inspector"]).Options!.Inspector, Is.False);
    }

    [Test]
    public void The_usage_names_every_option()
    {
        string[] names = ["--port", "--host", "--bots", "--frame-rate", "--auth-token", "--resume-seconds", "--allow-client-channels", "--ws-echo", "--no-inspector", "--help", "--transport", "--certificate", "--certificate-password"];
        Assert.That(names, Has.All.Matches<string>(name => DemoOptions.Usage.Contains(name + " ", StringComparison.Ordinal)));
    }
}
