using System.Net;
using Microsoft.AspNetCore.Http;

namespace Melody.Studio.Security;

/// <summary>Which requests come in at all.</summary>
/// <param name="Keys">Keys; none are asked for where there are none.</param>
/// <param name="Listening">Where the server listens.</param>
/// <param name="Hosts">Further names under which it may be reached.</param>
/// <param name="Origins">Other web pages that may use the server.</param>
internal sealed record GateRules(ApiKeys Keys, IPAddress Listening, IReadOnlyCollection<string> Hosts, IReadOnlyCollection<string> Origins)
{
    private static readonly string[] Machine = [Dns.GetHostName(), $"{Dns.GetHostName()}.local"];

    private bool IsLocal => IPAddress.IsLoopback(Listening);

    /// <summary>
    /// Whether the server may be reached as <paramref name="host"/>. A page of another name that points here (DNS rebinding) gets
    /// nothing; an address is no such name, and a router or a container may lead any address here.
    /// </summary>
    public bool Knows(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || Hosts.Contains(host, StringComparer.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host, out var address) && (!IsLocal || IPAddress.IsLoopback(address)))
        || (!IsLocal && Machine.Contains(host, StringComparer.OrdinalIgnoreCase));
}

/// <summary>
/// Checks host, origin and key of every request, before anything else looks at it, and puts headers on every answer that keep the page
/// to itself.
/// </summary>
internal sealed class RequestGate(RequestDelegate next, GateRules rules, IProblemDetailsService problems)
{
    /// <summary>The cookie that holds a key for the page.</summary>
    public const string KeyCookie = "melody-key";

    private const string Policy =
        "default-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; style-src 'self' 'unsafe-inline'; "
        + "connect-src 'self'; frame-ancestors 'none'; base-uri 'self'; form-action 'self'; script-src 'self'";

    // the reference page starts itself in a script of its own
    private const string ReferencePolicy = Policy + " 'unsafe-inline'";

    /// <summary>Lets a request through, or answers it.</summary>
    public Task InvokeAsync(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        var request = context.Request;
        headers.ContentSecurityPolicy = request.Path.StartsWithSegments("/docs", StringComparison.Ordinal) ? ReferencePolicy : Policy;
        headers["Referrer-Policy"] = "same-origin";
        if (!rules.Knows(request.Host.Host.Trim('[', ']')))
            return RefuseAsync(
                context,
                StatusCodes.Status421MisdirectedRequest,
                "This server is not known by that host name; use the address that it printed, or name the host with --allow-host."
            );
        if (!IsOwn(request))
            return RefuseAsync(
                context,
                StatusCodes.Status403Forbidden,
                "Pages of other sites may not use this server; name the site with --allow-origin when it may."
            );
        return rules.Keys.Any && !IsOpen(request) ? WithKeyAsync(context) : next(context);
    }

    private Task WithKeyAsync(HttpContext context)
    {
        var request = context.Request;
        if (request.Path == "/" && request.Query["key"] is [{ } given])
        {
            if (rules.Keys.ClientOf(given) is null)
                return RefuseAsync(context, StatusCodes.Status401Unauthorized, "The key in the address is not one of the server's.");
            var cookie = new CookieOptions
            {
                HttpOnly = true,
                SameSite = SameSiteMode.Strict,
                Secure = request.IsHttps,
                Path = "/",
            };
            context.Response.Cookies.Append(KeyCookie, given, cookie);
            context.Response.Redirect("/");
            return Task.CompletedTask;
        }
        if (rules.Keys.ClientOf(KeyOf(request)) is { } client)
        {
            context.Items[ClientName.Item] = client;
            return next(context);
        }
        context.Response.Headers.WWWAuthenticate = "Bearer";
        return RefuseAsync(
            context,
            StatusCodes.Status401Unauthorized,
            "This server needs a key; send it as 'Authorization: Bearer KEY', or open the page with ?key=KEY."
        );
    }

    private Task RefuseAsync(HttpContext context, int status, string sentence)
    {
        context.Response.StatusCode = status;
        return problems.WriteAsync(new() { HttpContext = context, ProblemDetails = { Status = status, Detail = sentence } }).AsTask();
    }

    // programs send no origin; browsers send one with everything that another site's page could do harm with
    private bool IsOwn(HttpRequest request)
    {
        if (request.Headers.Origin is [{ Length: > 0 } origin])
            return IsHere(origin, request) || rules.Origins.Contains(origin, StringComparer.OrdinalIgnoreCase);
        return request.Headers["Sec-Fetch-Site"] is not ["cross-site"] || IsNavigation(request);
    }

    private static bool IsHere(string origin, HttpRequest request) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var uri)
        && uri.Authority.Equals(request.Host.Value, StringComparison.OrdinalIgnoreCase);

    // somebody follows a link to the page
    private static bool IsNavigation(HttpRequest request) =>
        HttpMethods.IsGet(request.Method) && request.Path == "/" && request.Headers["Sec-Fetch-Mode"] is ["navigate"];

    private static bool IsOpen(HttpRequest request) => request.Path.StartsWithSegments("/health", StringComparison.Ordinal);

    private static string? KeyOf(HttpRequest request)
    {
        if (request.Headers.Authorization is [{ } authorization] && authorization.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
            return authorization["Bearer ".Length..].Trim();
        return request.Headers["X-Api-Key"] is [{ } key] ? key : request.Cookies[KeyCookie];
    }
}
