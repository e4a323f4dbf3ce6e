using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Playground.Ecs.Networking.Testing.Links;

/// <summary>A certificate for localhost that nobody has to trust, made when it is first needed.</summary>
public static class TestCertificate
{
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    private static readonly Lazy<byte[]> Made = new(static () => Make(usage: null));

    // Not every platform's TLS takes a key that lives in memory alone.
    private static readonly Lazy<X509Certificate2> Loaded = new(static () => X509CertificateLoader.LoadPkcs12(Made.Value, password: null));

    public static X509Certificate2 Localhost => Loaded.Value;

    /// <summary>The bytes of a PKCS #12 file with certificate and key.</summary>
    public static byte[] ToPfx(string password)
    {
        using var exportable = X509CertificateLoader.LoadPkcs12(Made.Value, password: null, X509KeyStorageFlags.Exportable);
        return exportable.Export(X509ContentType.Pfx, password);
    }

    /// <summary>Trusts this certificate and no other, whoever issued it.</summary>
    public static bool IsTheServers(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors) =>
        certificate?.GetCertHashString() == Localhost.GetCertHashString();

    /// <summary>A certificate that says of itself that it is for clients alone.</summary>
    public static X509Certificate2 MakeForClients() => X509CertificateLoader.LoadPkcs12(Make(ClientAuthentication), password: null);

    private static byte[] Make(string? usage)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        if (usage is not null) request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usage)], critical: true));
        var now = DateTimeOffset.UtcNow;
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        return certificate.Export(X509ContentType.Pfx);
    }
}
