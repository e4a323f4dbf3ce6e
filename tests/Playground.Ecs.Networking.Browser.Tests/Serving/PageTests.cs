using System.Net;
using System.Text;
using Playground.Ecs.Networking.Browser.Serving;

namespace Playground.Ecs.Networking.Browser.Tests.Serving;

/// <summary>Pages on the port of a NetworkingSystem.</summary>
[TestFixture]
public sealed class PageTests
{
    private const string Script = "assets/arena-0123ABCD.js";

    private static readonly AssetCatalog Catalog = new(new Dictionary<string, byte[]>
    {
        ["arena.html"] = "<!doctype html>arena"u8.ToArray(),
        ["inspector.html"] = "<!doctype html>inspector"u8.ToArray(),
        ["client.js"] = "plain"u8.ToArray(),
        ["client.js.gz"] = "gz"u8.ToArray(),
        [Script] = "the script"u8.ToArray(),
        [Script + ".br"] = "brotli"u8.ToArray(),
        [Script + ".gz"] = "gzip"u8.ToArray(),
        ["assets/icon-0123ABCD.svg"] = "<svg/>"u8.ToArray(),
    });

    private NetworkingSystem _networking = null!;
    private HttpClient _http = null!;
    private bool _hasHome;

    [OneTimeSetUp]
    public async Task Serve()
    {
        _networking = new NetworkingSystem(new NetworkingOptions { Port = 0, ConfigureHttp = app => _hasHome = app.MapPages(Catalog, "arena") });
        (await _networking.InitializeAsync()).Unwrap();
        _http = new HttpClient { BaseAddress = new Uri($"http://{_networking.LocalEndPoint}") };
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        _http.Dispose();
        await _networking.DisposeAsync();
    }

    [TestCase("/", "text/html; charset=utf-8", "<!doctype html>arena")]
    [TestCase("/arena", "text/html; charset=utf-8", "<!doctype html>arena")]
    [TestCase("/inspector", "text/html; charset=utf-8", "<!doctype html>inspector")]
    [TestCase("/client.js", "text/javascript; charset=utf-8", "plain")]
    [TestCase("/" + Script, "text/javascript; charset=utf-8", "the script")]
    [TestCase("/assets/icon-0123ABCD.svg", "image/svg+xml", "<svg/>")]
    public async Task A_file_has_its_type_and_its_bytes(string path, string type, string content)
    {
        using var answer = await SendAsync(HttpMethod.Get, path);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(answer.Content.Headers.ContentType!.ToString(), Is.EqualTo(type));
        Assert.That(await answer.Content.ReadAsStringAsync(), Is.EqualTo(content));
        Assert.That(answer.Content.Headers.ContentEncoding, Is.Empty);
    }

    [Test]
    public async Task A_page_that_is_left_out_is_not_served()
    {
        var hasHome = false;
        await using var networking = new NetworkingSystem(
            new NetworkingOptions { Port = 0, ConfigureHttp = app => hasHome = app.MapPages(Catalog, "arena", without: "inspector") });
        (await networking.InitializeAsync()).Unwrap();
        using var http = new HttpClient { BaseAddress = new Uri($"http://{networking.LocalEndPoint}") };
        Assert.That(hasHome);
        Assert.That((await http.GetAsync("/arena")).StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That((await http.GetAsync("/inspector")).StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That((await http.GetAsync("/client.js")).StatusCode, Is.EqualTo(HttpStatusCode.OK));
    }

    [TestCase("br", "br", "brotli")]
    [TestCase("gzip, deflate, br, zstd", "br", "brotli")]
    [TestCase("gzip", "gzip", "gzip")]
    [TestCase("br;q=0, gzip;q=0.5", "gzip", "gzip")]
    [TestCase("*", "br", "brotli")]
    [TestCase("*;q=0", null, "the script")]
    [TestCase("identity", null, "the script")]
    [TestCase("br;q=x", null, "the script")]
    public async Task A_file_comes_in_the_smallest_encoding_that_is_accepted(string accepted, string? encoding, string content)
    {
        using var answer = await SendAsync(HttpMethod.Get, "/" + Script, ("Accept-Encoding", accepted));
        Assert.That(answer.Content.Headers.ContentEncoding, Is.EqualTo(encoding is null ? [] : new[] { encoding }));
        Assert.That(await answer.Content.ReadAsStringAsync(), Is.EqualTo(content));
        Assert.That(answer.Content.Headers.ContentLength, Is.EqualTo(content.Length));
        Assert.That(answer.Headers.Vary, Is.EqualTo(new[] { "Accept-Encoding" }));
    }

    [TestCase("br", "plain")]
    [TestCase("br, gzip", "gz")]
    public async Task An_encoding_that_was_not_worth_it_is_not_there(string accepted, string content)
    {
        using var answer = await SendAsync(HttpMethod.Get, "/client.js", ("Accept-Encoding", accepted));
        Assert.That(await answer.Content.ReadAsStringAsync(), Is.EqualTo(content));
    }

    [TestCase("/", "no-cache")]
    [TestCase("/client.js", "no-cache")]
    [TestCase("/" + Script, "public, max-age=31536000, immutable")]
    public async Task Only_what_has_its_hash_in_its_name_is_kept_without_asking(string path, string caching)
    {
        using var answer = await SendAsync(HttpMethod.Get, path);
        Assert.That(answer.Headers.GetValues("Cache-Control"), Is.EqualTo(new[] { caching }));
    }

    [Test]
    public async Task What_the_browser_has_is_not_sent_again()
    {
        var tag = await TagOfAsync("/", null);
        foreach (var known in new[] { tag, $"W/{tag}", $"\"other\", {tag}", "*" })
        {
            using var answer = await SendAsync(HttpMethod.Get, "/", ("If-None-Match", known));
            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.NotModified), known);
            Assert.That(answer.Headers.ETag!.ToString(), Is.EqualTo(tag));
            Assert.That(answer.Headers.CacheControl!.NoCache);
            Assert.That(await answer.Content.ReadAsByteArrayAsync(), Is.Empty);
        }

        using var changed = await SendAsync(HttpMethod.Get, "/", ("If-None-Match", "\"other\""));
        Assert.That(changed.StatusCode, Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task Every_encoding_has_a_tag_of_its_own()
    {
        string[] tags = [await TagOfAsync("/" + Script, null), await TagOfAsync("/" + Script, "br"), await TagOfAsync("/" + Script, "gzip")];
        Assert.That(tags, Is.Unique);
    }

    [Test]
    public async Task Head_is_Get_without_the_bytes()
    {
        using var get = await SendAsync(HttpMethod.Get, "/" + Script, ("Accept-Encoding", "br"));
        using var head = await SendAsync(HttpMethod.Head, "/" + Script, ("Accept-Encoding", "br"));
        Assert.That(head.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(HeadersOf(head), Is.EqualTo(HeadersOf(get)));
        Assert.That(await head.Content.ReadAsByteArrayAsync(), Is.Empty);
    }

    [Test]
    public async Task A_page_may_load_nothing_foreign_and_nothing_inline()
    {
        using var answer = await SendAsync(HttpMethod.Get, "/");
        var policy = answer.Headers.GetValues("Content-Security-Policy").Single();
        Assert.That(policy, Does.StartWith("default-src 'none';").And.Contain("script-src 'self';").And.Contain("frame-ancestors 'none'"));
        Assert.That(policy, Does.Not.Contain("unsafe").And.Not.Contain("*").And.Not.Contain("http"));
        Assert.That(answer.Headers.GetValues("X-Content-Type-Options"), Is.EqualTo(new[] { "nosniff" }));
        Assert.That(answer.Headers.GetValues("Referrer-Policy"), Is.EqualTo(new[] { "no-referrer" }));
    }

    [TestCase("/..%2farena.html")]
    [TestCase("/assets/..%2farena.html")]
    [TestCase("/assets/..%5c..%5carena.html")]
    [TestCase("/assets/..\\arena.html")]
    [TestCase("/%2e%2e%2farena")]
    [TestCase("/%2e%2e/%2e%2e/etc/passwd")]
    [TestCase("/..%252f..%252fetc/passwd")]
    [TestCase("/../../../../etc/passwd")]
    public async Task Row_53_a_path_that_leads_out_of_the_pages_is_not_found(string path) => Assert.That(await StatusOfAsync(path), Is.EqualTo("HTTP/1.1 404 Not Found"));

    [TestCase("//arena")]
    [TestCase("/arena.html")]
    [TestCase("/assets/")]
    [TestCase("/assets/arena.js")]
    [TestCase("/" + Script + ".br")]
    [TestCase("/assets/arena-0123ABCD.js%20")]
    [TestCase("/www/arena.html")]
    [TestCase("/Playground.Ecs.Networking.Browser.dll")]
    public async Task What_is_no_files_address_is_not_found(string path) => Assert.That(await StatusOfAsync(path), Is.EqualTo("HTTP/1.1 404 Not Found"));

    // Kestrel refuses these before anybody is asked.
    [TestCase("/%00")]
    [TestCase("/arena%00")]
    [TestCase("/assets/arena-0123ABCD.js%00.html")]
    public async Task Row_53_a_null_character_in_a_path_is_refused(string path) => Assert.That(await StatusOfAsync(path), Is.EqualTo("HTTP/1.1 400 Bad Request"));

    [Test]
    public async Task Files_are_for_reading()
    {
        using var answer = await SendAsync(HttpMethod.Post, "/arena");
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.MethodNotAllowed));
    }

    [Test]
    public void The_home_page_is_there() => Assert.That(_hasHome);

    [Test]
    public void A_file_of_an_unknown_kind_is_a_mistake_of_the_build() =>
        Assert.That(static () => new Asset("assets/program.exe", []), Throws.ArgumentException.With.Message.Contains("program.exe"));

    [Test]
    public async Task A_build_without_pages_has_none()
    {
        var hasHome = true;
        await using var networking = new NetworkingSystem(
            new NetworkingOptions { Port = 0, ConfigureHttp = app => hasHome = app.MapPages(new AssetCatalog(new Dictionary<string, byte[]>()), "arena") });
        (await networking.InitializeAsync()).Unwrap();
        using var http = new HttpClient();
        using var answer = await http.GetAsync(new Uri($"http://{networking.LocalEndPoint}/arena"));
        Assert.That((hasHome, answer.StatusCode), Is.EqualTo((false, HttpStatusCode.NotFound)));
    }

    private static string HeadersOf(HttpResponseMessage answer) =>
        string.Join('\n', answer.Headers.Concat(answer.Content.Headers).Where(static h => h.Key != "Date").Select(static h => $"{h.Key}: {string.Join(", ", h.Value)}").Order());

    private async Task<string> TagOfAsync(string path, string? encoding)
    {
        using var answer = await SendAsync(HttpMethod.Get, path, ("Accept-Encoding", encoding ?? "identity"));
        return answer.Headers.ETag!.ToString();
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        return await _http.SendAsync(request);
    }

    // As it is written: HttpClient would clean the path first.
    private async Task<string?> StatusOfAsync(string path)
    {
        using var client = new System.Net.Sockets.TcpClient();
        await client.ConnectAsync(_networking.LocalEndPoint!);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"));
        using var reader = new StreamReader(stream);
        return await reader.ReadLineAsync();
    }
}
