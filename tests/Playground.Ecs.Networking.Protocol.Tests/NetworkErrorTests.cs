namespace Playground.Ecs.Networking.Protocol.Tests;

public class NetworkErrorTests
{
    private static IEnumerable<ErrorCode> Codes => Enum.GetValues<ErrorCode>().Where(code => code != ErrorCode.None);

    [TestCaseSource(nameof(Codes))]
    public void What_the_peer_reported_keeps_its_code_and_its_words(ErrorCode code)
    {
        var error = NetworkError.FromPeer(code, "so it is");
        Assert.That((error.Code, error.Message, error.PeerMessage), Is.EqualTo((code, "so it is", "so it is")));
        Assert.That(error.GetType().Name, Is.EqualTo(code.ToString()));
    }

    [TestCaseSource(nameof(Codes))]
    public void A_peer_that_says_nothing_leaves_a_sentence_of_our_own(ErrorCode code)
    {
        foreach (var said in new[] { null, string.Empty })
        {
            var error = NetworkError.FromPeer(code, said);
            Assert.That(error.PeerMessage, Is.Null);
            Assert.That(error.Message, Does.EndWith("."));
        }
    }

    [Test]
    public void Unknown_codes_are_failures_of_which_nothing_more_is_known([Values(0, 17, 999, 65535)] int code)
    {
        var error = NetworkError.FromPeer((ErrorCode)code, "new in version 9");
        Assert.That(error, Is.InstanceOf<NetworkError.HandlerFailed>());
        Assert.That(error.Message, Is.EqualTo("new in version 9"));
    }

    [Test]
    public void Errors_about_a_channel_name_it()
    {
        Assert.That(NetworkError.FromPeer(ErrorCode.ChannelNotFound, null, 1234), Is.EqualTo(new NetworkError.ChannelNotFound(1234)));
        Assert.That(NetworkError.FromPeer(ErrorCode.NotSubscribed, null, 1234), Is.EqualTo(new NetworkError.NotSubscribed(1234)));
    }

    [Test]
    public void An_error_of_this_side_says_nothing_in_the_peers_name()
    {
        NetworkError error = new NetworkError.Timeout("after 30 s");
        Assert.That(error.PeerMessage, Is.Null);
        Assert.That(error.Message, Is.EqualTo("Timeout: after 30 s."));
        Assert.That(error, Is.Not.EqualTo(NetworkError.FromPeer(ErrorCode.Timeout, "after 30 s")));
    }
}
