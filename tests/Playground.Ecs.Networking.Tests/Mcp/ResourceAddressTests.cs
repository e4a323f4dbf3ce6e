using Playground.Ecs.Networking.Mcp;

namespace Playground.Ecs.Networking.Tests.Mcp;

/// <summary>Addresses of resources, and templates of many.</summary>
public sealed class ResourceAddressTests
{
    [TestCase("")]
    [TestCase("summary")]
    [TestCase("/summary")]
    [TestCase("world://{")]
    [TestCase("world://}")]
    [TestCase("world://}{")]
    [TestCase("world://{}")]
    [TestCase("world://{a b}")]
    [TestCase("world://{a}{b}")]
    [TestCase("world://{a}/{a}")]
    [TestCase("world://{a}/{b")]
    [TestCase("world://{a/{b}}")]
    [TestCase("world://{+a}")]
    [TestCase("{a}://b")]
    public void What_is_no_template_is_refused(string uri)
    {
        var parsed = Parse(uri);
        Assert.That(parsed.IsOk, Is.False);
        Assert.That(parsed.Error, Is.InstanceOf<NetworkError.InvalidArgument>());
        Assert.That(parsed.Error!.Message, Does.Contain($"'{uri}'"));
    }

    [TestCase("world://summary", "world://summary", "")]
    [TestCase("world://body/{id}", "world://body/7", "id=7")]
    [TestCase("world://body/{id}", "world://body/%C3%A4%2f%25", "id=ä/%")]
    [TestCase("world://body/{id}", "world://body/%zz", "id=%zz")]
    [TestCase("world://{kind}/{id}/data", "world://body/7/data", "kind=body;id=7")]
    [TestCase("test://template/{id}/data", "test://template/123/data", "id=123")]
    [TestCase("world://{a}.{b}", "world://x.y", "a=x;b=y")]
    [TestCase("world://a{x}a", "world://aaa", "x=a")]
    [TestCase("urn:body:{id}", "urn:body:7", "id=7")]
    public void What_follows_it_is_matched_and_decoded(string template, string uri, string values) =>
        Assert.That(string.Join(';', Parse(template).Unwrap().Match(uri)!.Select(static v => $"{v.Key}={v.Value}")), Is.EqualTo(values));

    [TestCase("world://summary", "world://Summary")]
    [TestCase("world://summary", "world://summary/")]
    [TestCase("world://body/{id}", "world://body/")]
    [TestCase("world://body/{id}", "world://body/7/8")]
    [TestCase("world://body/{id}", "world://body/7?x=1")]
    [TestCase("world://body/{id}", "world://body/7#x")]
    [TestCase("world://body/{id}", "world://soul/7")]
    [TestCase("world://{kind}/{id}/data", "world://body/7")]
    [TestCase("world://{kind}/{id}/data", "world://body/7/8/data")]
    [TestCase("world://{kind}/{id}/data", "world:///7/data")]
    [TestCase("world://a{x}a", "world://aa")]
    public void What_does_not_is_not(string template, string uri) => Assert.That(Parse(template).Unwrap().Match(uri), Is.Null);

    private static NetworkResult<ResourceAddress> Parse(string uri) =>
        ResourceAddress.Parse(new McpResource(uri, "name", "What is there.", "text/plain", static (_, _) => default));
}
