using System.Reflection;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Net.Http.Headers;

namespace Melody.Studio.Page;

/// <summary>
/// The files that browsers load, out of the program itself: nothing is fetched from elsewhere, and nothing lies beside the program.
/// </summary>
internal static class PageAssets
{
    private const string Root = "wwwroot/";

    /// <summary>Adds an address for each file.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var assembly = typeof(PageAssets).Assembly;
        var types = new FileExtensionContentTypeProvider();
        foreach (var name in assembly.GetManifestResourceNames().Where(name => name.StartsWith(Root, StringComparison.Ordinal)))
        {
            var path = "/" + name[Root.Length..];
            byte[] bytes = Read(assembly, name);
            var type = types.TryGetContentType(path, out var known) ? known : "application/octet-stream";
            var tag = new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, 12))}\"");
            routes
                .MapGet(path, (HttpContext context) =>
                {
                    context.Response.Headers.CacheControl = "no-cache"; // asked for again, and not sent again
                    return Results.Bytes(bytes, type, entityTag: tag);
                })
                .ExcludeFromDescription();
        }
    }

    private static byte[] Read(Assembly assembly, string name)
    {
        using var stream = assembly.GetManifestResourceStream(name)!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
