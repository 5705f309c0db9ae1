using System.Collections;
using System.Globalization;
using System.Reflection;

namespace Melody.Weights;

/// <summary>
/// Refuses what a configuration read from a file cannot mean: numbers out of the range of their <see cref="SizeAttribute"/>, empty or
/// endless
/// lists of sizes, members of lists and dictionaries that are null, and numbers that break a rule of <see cref="ISizes"/>.
/// </summary>
internal static class SizeCheck
{
    private const int LongestList = 32;

    /// <summary>Looks at a configuration and at all that it holds.</summary>
    /// <param name="value">As it was read.</param>
    /// <param name="what">Begins the sentence.</param>
    /// <exception cref="MelodyException">Names the first value that cannot be.</exception>
    public static void Require(object value, string what)
    {
        RequireRanges(value, what, "");
        RequireRules(value, what, "");
    }

    private static void RequireRanges(object value, string what, string path)
    {
        foreach (var (name, member, size) in Members(value))
        {
            string place = path + name;
            if (size is not null)
                RequireRange(member, size, what, place);
            foreach (var (key, inner) in Children(member))
            {
                if (inner is null)
                    throw Refuse(what, $"'{place}{key}' is null");
                RequireRanges(inner, what, $"{place}{key}.");
            }
        }
    }

    private static void RequireRules(object value, string what, string path)
    {
        foreach (var (name, member, _) in Members(value))
        foreach (var (key, inner) in Children(member))
            RequireRules(inner!, what, $"{path}{name}{key}.");
        if (value is not ISizes sizes)
            return;
        foreach (var (holds, rule) in sizes.Rules())
            if (!holds)
                throw Refuse(what, path.Length == 0 ? rule : $"in '{path.TrimEnd('.')}', {rule}");
    }

    private static void RequireRange(object? member, SizeAttribute size, string what, string place)
    {
        if (member is IEnumerable list)
        {
            var numbers = list.Cast<object>().ToList();
            if (numbers.Count > LongestList || numbers.Count == 0 && !size.MayBeEmpty)
                throw Refuse(what, $"'{place}' has {numbers.Count} numbers, and 1 to {LongestList} are possible");
            foreach (var number in numbers)
                RequireRange(number, size, what, place);
        }
        else if (member is not null)
        {
            double number = Convert.ToDouble(member, CultureInfo.InvariantCulture);
            if (!(number >= size.Least && number <= size.Most))
                throw Refuse(what, FormattableString.Invariant($"'{place}' is {number}, and {size.Least} to {size.Most} is possible"));
        }
    }

    // what a value holds itself: the properties of the project's records
    private static IEnumerable<(string Name, object? Member, SizeAttribute? Size)> Members(object value)
    {
        if (value.GetType().Assembly.GetName().Name?.StartsWith(nameof(Melody), StringComparison.Ordinal) != true || value is Enum)
            yield break;
        foreach (var property in value.GetType().GetProperties(BindingFlags.Instance | BindingFlags.Public))
            if (property.CanWrite && property.GetIndexParameters().Length == 0)
                yield return (Name(property.Name), property.GetValue(value), property.GetCustomAttribute<SizeAttribute>());
    }

    private static IEnumerable<(string Key, object? Inner)> Children(object? member)
    {
        if (member is null or string || member.GetType().IsPrimitive || member is System.Text.Json.JsonElement)
            yield break;
        if (member is IDictionary dictionary)
        {
            foreach (DictionaryEntry entry in dictionary)
                yield return ($".{entry.Key}", entry.Value);
        }
        else if (member is IEnumerable sequence)
        {
            int index = 0;
            foreach (var inner in sequence)
                yield return ($"[{index++}]", inner);
        }
        else
            yield return ("", member);
    }

    private static string Name(string property) => char.ToLowerInvariant(property[0]) + property[1..];

    private static MelodyException Refuse(string what, string fault) => new($"{what} cannot be used: {fault}.");
}
