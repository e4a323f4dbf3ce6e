using System.Net;
using Microsoft.Extensions.Time.Testing;
using Playground.Ecs.Networking.Sockets;

namespace Playground.Ecs.Networking.Tests.Sockets;

/// <summary>What one address may have and ask for.</summary>
public sealed class AddressLimitsTests
{
    private static readonly IPEndPoint One = new(IPAddress.Parse("198.51.100.1"), 1);
    private static readonly IPEndPoint Two = new(IPAddress.Parse("198.51.100.2"), 1);

    private FakeTimeProvider _time = null!;
    private AddressLimits _limits = null!;

    [SetUp]
    public void Create()
    {
        _time = new FakeTimeProvider();
        var options = new NetworkingOptions { ConnectionsPerAddressMax = 2, HandshakesPerAddressMax = 3, HandshakesPerAddressPerSecond = 4 };
        _limits = new AddressLimits(options, _time);
    }

    [Test]
    public void Links_are_limited_by_address_until_one_ends()
    {
        Assert.That(Take(() => _limits.TryOpen(One), 5), Is.EqualTo(2));
        Assert.That(_limits.TryOpen(Two), Is.True);
        _limits.Close(One);
        Assert.That(Take(() => _limits.TryOpen(One), 5), Is.EqualTo(1));
    }

    [Test]
    public void Handshakes_are_limited_by_address_until_one_ends()
    {
        Assert.That(Take(() => _limits.TryBeginHandshake(One), 5), Is.EqualTo(3));
        Assert.That(_limits.TryBeginHandshake(Two), Is.True);
        _limits.EndHandshake(One);
        Assert.That(Take(() => _limits.TryBeginHandshake(One), 5), Is.EqualTo(1));
    }

    [Test]
    public void Requests_have_a_rate_by_address()
    {
        Assert.That(Take(() => _limits.TryAsk(One), 20), Is.EqualTo(8), "twice the rate at once");
        Assert.That(_limits.TryAsk(Two), Is.True);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.That(Take(() => _limits.TryAsk(One), 20), Is.EqualTo(4));
        _time.Advance(TimeSpan.FromHours(1));
        Assert.That(Take(() => _limits.TryAsk(One), 20), Is.EqualTo(8));
    }

    [TestCase("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", true)]
    [TestCase("2001:db8:1:2::1", "2001:db8:1:3::1", false)]
    [TestCase("::ffff:198.51.100.1", "198.51.100.1", true)]
    public void Who_has_one_address_of_a_64_has_them_all(string one, string other, bool isSame)
    {
        Take(() => _limits.TryOpen(new IPEndPoint(IPAddress.Parse(one), 1)), 2);
        Assert.That(_limits.TryOpen(new IPEndPoint(IPAddress.Parse(other), 2)), Is.EqualTo(!isSame));
    }

    [Test]
    public void Who_has_no_address_is_not_limited() => Assert.That(Take(() => _limits.TryOpen(null) && _limits.TryAsk(null) && _limits.TryBeginHandshake(null), 50), Is.EqualTo(50));

    [Test]
    public void Addresses_that_have_nothing_are_forgotten()
    {
        _limits.TryOpen(One);
        for (var i = 0; i < 20_000; i++)
        {
            _limits.TryAsk(new IPEndPoint(new IPAddress(new byte[] { 10, 0, (byte)(i >> 8), (byte)i }), 1));
            _time.Advance(TimeSpan.FromMilliseconds(10));
        }

        Assert.That(_limits.Count, Is.LessThan(2_100));
        Assert.That(Take(() => _limits.TryOpen(One), 5), Is.EqualTo(1), "who has something is not");
    }

    private static int Take(Func<bool> take, int count) => Enumerable.Range(0, count).Count(_ => take());
}
