using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Melody.Foundation;

/// <summary>
/// How the values of an enumeration are spelled in files and on the command line: as their <see cref="JsonStringEnumMemberNameAttribute"/>
/// says, else in lower case with hyphens between words ("semantic-lm").
/// </summary>
/// <typeparam name="T">The enumeration.</typeparam>
internal static class EnumName<T>
    where T : struct, Enum
{
    private static readonly Dictionary<T, string> Names = Enum.GetValues<T>().ToDictionary(value => value, Spelling);
    private static readonly Dictionary<string, T> Values = Names.ToDictionary(name => name.Value, name => name.Key, StringComparer.Ordinal);

    /// <summary>All names, in the order of the values.</summary>
    public static IReadOnlyList<string> All { get; } = [.. Names.OrderBy(name => name.Key).Select(name => name.Value)];

    /// <summary>The name of a value.</summary>
    public static string Of(T value) => Names[value];

    /// <summary>The value of a name; null where no value has it.</summary>
    public static T? Find(string name) => Values.TryGetValue(name, out var value) ? value : null;

    /// <summary>The value of a name.</summary>
    /// <exception cref="MelodyException">No value has that name.</exception>
    public static T Parse(string name) => Find(name) ?? throw new MelodyException(Unknown(name) + ".");

    /// <summary>What is wrong with a name that no value has, without a full stop.</summary>
    public static string Unknown(string? name) => $"Unknown {Noun} '{name}'; valid values are {string.Join(", ", All)}";

    // "DatasetSplit" -> "dataset split"
    private static string Noun { get; } = JsonNamingPolicy.KebabCaseLower.ConvertName(typeof(T).Name).Replace('-', ' ');

    private static string Spelling(T value) =>
        typeof(T).GetField(value.ToString())!.GetCustomAttribute<JsonStringEnumMemberNameAttribute>()?.Name
        ?? JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());
}
