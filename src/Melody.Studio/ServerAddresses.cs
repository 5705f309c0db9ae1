using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace Melody.Studio;

/// <summary>The addresses under which a server that listens can be called.</summary>
internal static class ServerAddresses
{
    /// <summary>One that this machine can call; nobody can call all addresses at once.</summary>
    /// <param name="listening">Where the server listens.</param>
    public static Uri OnThisMachine(Uri listening) => IsAll(listening) ? With(listening, "localhost") : listening;

    /// <summary>Those that other machines may call, where it listens on all addresses; else none.</summary>
    /// <param name="listening">Where the server listens.</param>
    public static IReadOnlyList<Uri> FromOthers(Uri listening)
    {
        if (!IsAll(listening))
            return [];
        bool both = listening.HostNameType == UriHostNameType.IPv6;
        return [.. OfMachine().Where(address => both || !IsVersion6(address)).Select(address => With(listening, address.ToString()))];
    }

    private static List<IPAddress> OfMachine()
    {
        try
        {
            return NetworkInterface
                .GetAllNetworkInterfaces()
                .Where(card => card.OperationalStatus is not OperationalStatus.Down)
                .SelectMany(card => card.GetIPProperties().UnicastAddresses)
                .Select(given => given.Address)
                .Where(address => !IPAddress.IsLoopback(address) && !address.IsIPv6LinkLocal)
                .OrderBy(IsVersion6)
                .ToList();
        }
        catch (Exception e) when (e is NetworkInformationException or PlatformNotSupportedException)
        {
            return [];
        }
    }

    private static bool IsVersion6(IPAddress address) => address.AddressFamily == AddressFamily.InterNetworkV6;

    private static bool IsAll(Uri address) => address.Host is "0.0.0.0" or "[::]";

    private static Uri With(Uri address, string host) => new UriBuilder(address) { Host = host }.Uri;
}
