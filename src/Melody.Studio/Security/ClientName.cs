using Microsoft.AspNetCore.Http;

namespace Melody.Studio.Security;

/// <summary>Whose turn a request takes in the queue.</summary>
internal static class ClientName
{
    /// <summary>Where the gate leaves the name that goes with a key.</summary>
    public const string Item = "melody.client";

    /// <summary>The header by which programs behind the same address or key tell themselves apart.</summary>
    public const string Header = "X-Melody-Client";

    private const int Longest = 64;

    /// <summary>The owner of the key, else the address; with what the request's header adds.</summary>
    public static string Of(HttpContext context)
    {
        var name = context.Items[Item] as string ?? context.Connection.RemoteIpAddress?.ToString() ?? "unknown";
        return context.Request.Headers[Header] is [{ Length: > 0 and <= Longest } own] && own.All(IsPlain) ? $"{name}/{own}" : name;
    }

    private static bool IsPlain(char letter) => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.';
}
