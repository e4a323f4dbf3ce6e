using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Playground.Ecs.Networking.LoadTest.Compare.Servers;

/// <summary>An ASP.NET Core application on a free port of 127.0.0.1, without logs.</summary>
internal static class AspNetHost
{
    public static WebApplication Create(Action<IServiceCollection>? addServices = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(static kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        addServices?.Invoke(builder.Services);
        return builder.Build();
    }

    /// <summary>Starts it and returns the port.</summary>
    public static async Task<int> StartAsync(WebApplication application)
    {
        await application.StartAsync();
        var addresses = application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        return new Uri(addresses.First()).Port;
    }
}
