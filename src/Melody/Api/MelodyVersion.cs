using System.Reflection;

namespace Melody;

/// <summary>The library's version.</summary>
internal static class MelodyVersion
{
    /// <summary>As recipes state it, with the commit.</summary>
    public static string Full { get; } =
        typeof(MelodyVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    /// <summary>Melody and its version, as files name the software that wrote them.</summary>
    public static string Software { get; } = SoftwareOf(Full);

    /// <summary>The same for a version that a recipe states.</summary>
    public static string SoftwareOf(string version) => $"Melody {version.Split('+')[0]}";
}
