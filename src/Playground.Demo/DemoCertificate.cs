using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Playground.Ecs.Networking;

namespace Playground.Demo;

/// <summary>The certificate that <c>--certificate</c> names.</summary>
internal static class DemoCertificate
{
    /// <summary>Reads the file; without one there is no certificate, and no TLS.</summary>
    /// <returns>The certificate or null; InvalidArgument that names the file.</returns>
    public static NetworkResult<X509Certificate2?> Load(DemoOptions options)
    {
        if (options.CertificateFile is not { } file) return (X509Certificate2?)null;
        try
        {
            return X509CertificateLoader.LoadPkcs12FromFile(file, options.CertificatePassword);
        }
        catch (Exception exception) when (exception is CryptographicException or IOException or UnauthorizedAccessException)
        {
            return new NetworkError.InvalidArgument($"--certificate {file}: {exception.Message}");
        }
    }
}
