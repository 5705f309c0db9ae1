using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Melody.Studio.Http;

/// <summary>How long a client wants to wait for the result (RFC 7240).</summary>
internal static class Wait
{
    /// <summary>The longest that a request is held open.</summary>
    public static TimeSpan Longest { get; } = TimeSpan.FromMinutes(30);

    /// <summary>The time in <c>Prefer: wait</c> or <c>Prefer: wait=SECONDS</c>; null for a client that asks for the job.</summary>
    public static TimeSpan? Of(HttpRequest request)
    {
        foreach (var preference in request.Headers["Prefer"].SelectMany(line => line?.Split([',', ';']) ?? []))
        {
            if (preference.Split('=', 2, StringSplitOptions.TrimEntries) is not [var name, .. var rest])
                continue;
            if (!name.Equals("wait", StringComparison.OrdinalIgnoreCase))
                continue;
            return rest is [var text] && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int seconds)
                ? TimeSpan.FromSeconds(Math.Min(seconds, Longest.TotalSeconds))
                : Longest;
        }
        return null;
    }
}
