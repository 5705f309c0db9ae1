using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor.Services;

namespace Melody.Studio.Page;

/// <summary>The page as a part of the server.</summary>
internal static class PageSetup
{
    /// <summary>Adds what it needs.</summary>
    public static void AddServices(IServiceCollection services)
    {
        services.AddRazorComponents().AddInteractiveServerComponents();
        // nothing is written outside of the data folder; what is protected lives as long as the page
        services.AddDataProtection().UseEphemeralDataProtectionProvider();
        services.AddMudServices();
        services.AddScoped<StudioSession>();
    }

    /// <summary>Adds it at the root.</summary>
    public static void Map(WebApplication app)
    {
        app.UseAntiforgery();
        PageAssets.Map(app);
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode();
    }
}
